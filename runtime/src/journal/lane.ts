import { systemTiming, type Timing } from "../clock/clock.ts";
import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import { overdue, storeFailure } from "./store-failure.ts";

/** Something that waits for its place in a transaction. */
export interface LaneEntry<Item, Result> {
  readonly item: Item;
  /** Roughly the bytes of the item; a transaction takes up to `maxBytes`. */
  readonly bytes: number;
  /** Set when what the entry builds on failed: it must not be stored any more. */
  withdrawn: boolean;
  /** Set by the lane when it gives the item to the store. */
  sent: boolean;
  /** Called when the item is durable, or was refused. */
  settle(result: Result): void;
  /** Called when the store failed: it is not known whether the item was stored. */
  fail(failure: EgoError): void;
}

/** How much a lane takes in one transaction. */
export interface LaneLimits {
  /** Entries of one transaction. */
  readonly maxEntries: number;
  /** Bytes of one transaction. */
  readonly maxBytes: number;
}

/** For how long a lane waits, and who is told how its flushes end. */
export interface LaneWatch {
  /** Milliseconds for one flush. */
  readonly timeoutMs: number;
  answered(): void;
  failed(failure: EgoError): void;
}

/** How a lane is, as its last flush saw it. */
export interface LaneHealth {
  /** Transactions so far. */
  readonly transactions: number;
  /** What was given to the store in them. */
  readonly entries: number;
  /** What waits for the next transaction. */
  readonly queued: number;
  /** Whether a flush takes longer than the store's timeout: until it ends no other is started. */
  readonly hanging: boolean;
  /** Why the last flush failed; undefined if it did not. */
  readonly failure: EgoError | undefined;
  /** When the first of the flushes failed that have failed since the last one that did not. */
  readonly failingSince: Date | undefined;
}

const unwatched: LaneWatch = { timeoutMs: Number.POSITIVE_INFINITY, answered() {}, failed() {} };

/** Entries that make two transactions worth their price: a commit costs the store about as much as 50 of them. */
const worthHalving = 256;

/**
 * Group commit: one flush in flight, and while it is, the next one fills. Nobody waits for a window: an idle lane
 * flushes at the end of the current turn of the event loop, so that all who were answered by the last flush get into
 * the next one together.
 *
 * A flush that takes too long fails, and with it all that waits. What it does may still be stored, so the next one is not
 * started before it has ended, and what comes meanwhile fails at once.
 */
export class Lane<Item, Result> {
  readonly #commit: (batch: readonly Item[]) => Promise<readonly Result[]>;
  readonly #limits: LaneLimits;
  readonly #timing: Timing;
  readonly #watch: LaneWatch;
  #queue: LaneEntry<Item, Result>[] = [];
  /** What is in the flush that hangs. */
  #hung: readonly LaneEntry<Item, Result>[] = [];
  #state: "idle" | "scheduled" | "flushing" | "hanging" = "idle";
  #failure: EgoError | undefined;
  #failingSince = 0;
  #drained: PromiseWithResolvers<void> | undefined;
  #settled: PromiseWithResolvers<void> | undefined;
  #flushes = 0;
  #entries = 0;

  constructor(
    commit: (batch: readonly Item[]) => Promise<readonly Result[]>,
    limits: LaneLimits,
    timing: Timing = systemTiming,
    watch: LaneWatch = unwatched,
  ) {
    this.#commit = commit;
    this.#limits = limits;
    this.#timing = timing;
    this.#watch = watch;
  }

  get health(): LaneHealth {
    return {
      transactions: this.#flushes,
      entries: this.#entries,
      queued: this.#queue.length,
      hanging: this.#state === "hanging",
      failure: this.#failure,
      failingSince: this.#failure && new Date(this.#failingSince),
    };
  }

  push(entry: LaneEntry<Item, Result>): void {
    if (this.#state === "hanging") {
      const failure = this.#failure as EgoError;
      // Not now: whoever pushes has not done with it.
      this.#timing.soon(() => !entry.withdrawn && entry.fail(failure));
      return;
    }
    this.#queue.push(entry);
    if (this.#state !== "idle") return;
    this.#state = "scheduled";
    this.#timing.soon(() => this.#flush());
  }

  /** The failure of an item that may be stored all the same, since the flush that it is in has not ended. */
  hung(is: (item: Item) => boolean): EgoError | undefined {
    return this.#hung.some(({ item }) => is(item)) ? this.#failure : undefined;
  }

  /** Resolves when nothing waits and nothing is in flight, or when what is in flight takes too long. */
  drained(): Promise<void> {
    if (this.#state === "idle" || this.#state === "hanging") return Promise.resolve();
    this.#drained ??= Promise.withResolvers();
    return this.#drained.promise;
  }

  /** Resolves when those whose entries are in flight now were told what became of them. */
  settled(): Promise<void> {
    if (this.#state !== "flushing") return Promise.resolve();
    this.#settled ??= Promise.withResolvers();
    return this.#settled.promise;
  }

  #flush(): void {
    this.#hung = [];
    const { maxEntries } = this.#limits;
    const waiting = this.#queue.length;
    // Where all wait for all, engine and store would take turns. In two halves one decides while the other is stored.
    const halve = this.#state === "scheduled" && waiting >= worthHalving;
    const batch = this.#take(halve ? Math.min(Math.ceil(waiting / 2), maxEntries) : maxEntries);
    if (batch.length === 0) {
      this.#state = "idle";
      this.#settleDrained();
      return;
    }
    this.#state = "flushing";
    this.#flushes++;
    this.#entries += batch.length;
    const callOff = this.#limitTime(batch);
    let committing: Promise<readonly Result[]>;
    try {
      committing = this.#commit(batch.map((entry) => entry.item));
    } catch (cause) {
      committing = Promise.reject(cause);
    }
    committing.then(
      (results) => {
        callOff();
        if (results.length === batch.length) this.#settle(batch, results);
        else this.#fail(batch, wrongCount(results.length, batch.length));
      },
      (cause: unknown) => {
        callOff();
        this.#fail(batch, cause);
      },
    );
  }

  #limitTime(batch: readonly LaneEntry<Item, Result>[]): () => void {
    const { timeoutMs } = this.#watch;
    if (timeoutMs === Number.POSITIVE_INFINITY) return () => {};
    return this.#timing.after(timeoutMs, () => this.#hang(batch, overdue(timeoutMs)));
  }

  #hang(batch: readonly LaneEntry<Item, Result>[], failure: EgoError): void {
    this.#state = "hanging";
    this.#hung = batch;
    this.#note(failure);
    const waiting = this.#queue;
    this.#queue = [];
    for (const entry of [...batch, ...waiting]) if (!entry.withdrawn) entry.fail(failure);
    this.#settleSettled();
    this.#settleDrained();
  }

  #settleSettled(): void {
    this.#settled?.resolve();
    this.#settled = undefined;
  }

  #settleDrained(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  #note(failure: EgoError): void {
    if (!this.#failure) this.#failingSince = this.#timing.now();
    this.#failure = failure;
    this.#watch.failed(failure);
  }

  #take(maxEntries: number): readonly LaneEntry<Item, Result>[] {
    const { maxBytes } = this.#limits;
    const batch: LaneEntry<Item, Result>[] = [];
    let bytes = 0;
    let taken = 0;
    for (const entry of this.#queue) {
      if (batch.length > 0 && (batch.length >= maxEntries || bytes + entry.bytes > maxBytes)) break;
      taken++;
      if (entry.withdrawn) continue;
      entry.sent = true;
      batch.push(entry);
      bytes += entry.bytes;
    }
    this.#queue = taken === this.#queue.length ? [] : this.#queue.slice(taken);
    return batch;
  }

  #settle(batch: readonly LaneEntry<Item, Result>[], results: readonly Result[]): void {
    this.#failure = undefined;
    this.#watch.answered();
    // What took too long was told so.
    const told = this.#state === "hanging";
    for (let i = 0; i < batch.length && !told; i++) {
      const entry = batch[i] as LaneEntry<Item, Result>;
      try {
        entry.settle(results[i] as Result);
      } catch (cause) {
        // Whatever is wrong with one entry must not keep the others, and the next batch, waiting.
        entry.fail(brokenEntry(cause));
      }
    }
    this.#settleSettled();
    // Only now: a refusal above may have withdrawn what waits in the queue.
    this.#flush();
  }

  #fail(batch: readonly LaneEntry<Item, Result>[], cause: unknown): void {
    const failure = storeFailure(cause);
    this.#note(failure);
    if (this.#state !== "hanging") for (const entry of batch) entry.fail(failure);
    this.#settleSettled();
    this.#flush();
  }
}

function brokenEntry(cause: unknown): EgoError {
  const what = textOf(cause);
  return new EgoError("internal", `A command that was stored could not be answered: ${what}`, { cause });
}

function wrongCount(got: number, wanted: number): EgoError {
  return new EgoError(
    "internal",
    `The store answered ${got} results to ${wanted} entries. This is a bug of the store.`,
  );
}
