import type { Timing } from "../clock/clock.ts";
import type { EgoError } from "../error/ego-error.ts";
import type { LaneWatch } from "../journal/lane.ts";
import type { Store } from "../journal/store.ts";

/** The store, as the last call of it saw it. */
export interface StoreHealth {
  /** What the store calls itself, as `Postgres at localhost/bank`. */
  readonly name: string;
  /** Whether it answered when it was last asked. */
  readonly reachable: boolean;
  /** Why it did not. */
  readonly failure: EgoError | undefined;
  /** When it failed first, since it last answered. */
  readonly since: Date | undefined;
}

/** How often a store that failed is asked whether it is back: at most once in so many milliseconds. */
const probeMs = 1_000;

/** Notes how the calls of a store end. */
export class StoreWatch implements LaneWatch {
  readonly timeoutMs: number;
  readonly #store: Store;
  readonly #now: Timing["now"];
  #failure: EgoError | undefined;
  #since = 0;
  #probedAt = 0;
  #probing = false;

  constructor(store: Store, timing: Timing, timeoutMs: number) {
    this.#store = store;
    this.#now = timing.now;
    this.timeoutMs = timeoutMs;
  }

  answered(): void {
    this.#failure = undefined;
  }

  failed(failure: EgoError): void {
    // Others are about what it was asked.
    if (!failure.retryable) return;
    if (!this.#failure) this.#since = this.#now();
    this.#failure = failure;
  }

  get health(): StoreHealth {
    const failure = this.#failure;
    return {
      name: this.#store.name ?? "a store of your own",
      reachable: failure === undefined,
      failure,
      since: failure && new Date(this.#since),
    };
  }

  /**
   * Asks a store that failed whether it is back, through `read`. A program that takes no commands before it is would
   * never know.
   */
  probe(read: () => Promise<unknown>): void {
    if (!this.#failure || this.#probing || Math.abs(this.#now() - this.#probedAt) < probeMs) return;
    this.#probing = true;
    this.#probedAt = this.#now();
    const done = () => {
      this.#probing = false;
    };
    read().then(done, done);
  }
}
