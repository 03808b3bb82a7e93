import { systemTiming, type Timing } from "../clock/clock.ts";
import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import { storeFailure } from "./store-failure.ts";

/** Something that waits for its place in a transaction. */
export interface LaneEntry<Item, Result> {
  readonly item: Item;
  /** Roughly the bytes of the item; a transaction takes up to `maxBytes`. */
  readonly bytes: number;
  /** Set when what the entry builds on failed: it must not be stored any more. */
  withdrawn: boolean;
  /** Called when the item is durable, or was refused. */
  settle(result: Result): void;
  /** Called when the store failed: it is not known whether the item was stored. */
  fail(failure: EgoError): void;
}

/** How much a lane takes. */
export interface LaneLimits {
  /** Entries of one transaction. */
  readonly maxEntries: number;
  /** Bytes of one transaction. */
  readonly maxBytes: number;
}

/**
 * Group commit: one flush in flight, and while it is, the next one fills. Nobody waits for a window: an idle lane
 * flushes at the end of the current turn of the event loop, so that all who were answered by the last flush get into
 * the next one together.
 */
export class Lane<Item, Result> {
  readonly #commit: (batch: readonly Item[]) => Promise<readonly Result[]>;
  readonly #limits: LaneLimits;
  readonly #soon: Timing["soon"];
  #queue: LaneEntry<Item, Result>[] = [];
  #state: "idle" | "scheduled" | "flushing" = "idle";
  #drained: PromiseWithResolvers<void> | undefined;
  #inFlight: Promise<void> = Promise.resolve();
  #flushes = 0;
  #entries = 0;

  constructor(
    commit: (batch: readonly Item[]) => Promise<readonly Result[]>,
    limits: LaneLimits,
    { soon }: Timing = systemTiming,
  ) {
    this.#commit = commit;
    this.#limits = limits;
    this.#soon = soon;
  }

  /** Transactions so far, and how many entries they had in all. */
  get statistics(): { readonly flushes: number; readonly entries: number } {
    return { flushes: this.#flushes, entries: this.#entries };
  }

  push(entry: LaneEntry<Item, Result>): void {
    this.#queue.push(entry);
    if (this.#state !== "idle") return;
    this.#state = "scheduled";
    this.#soon(() => this.#flush());
  }

  /** Resolves when nothing waits and nothing is in flight. */
  drained(): Promise<void> {
    if (this.#state === "idle") return Promise.resolve();
    this.#drained ??= Promise.withResolvers();
    return this.#drained.promise;
  }

  /** Resolves when what is in flight now was answered, whatever became of it. */
  settled(): Promise<void> {
    return this.#inFlight;
  }

  #flush(): void {
    const batch = this.#take();
    if (batch.length === 0) {
      this.#state = "idle";
      this.#drained?.resolve();
      this.#drained = undefined;
      return;
    }
    this.#state = "flushing";
    this.#flushes++;
    this.#entries += batch.length;
    let committing: Promise<readonly Result[]>;
    try {
      committing = this.#commit(batch.map((entry) => entry.item));
    } catch (cause) {
      committing = Promise.reject(cause);
    }
    this.#inFlight = committing.then(
      (results) => {
        if (results.length === batch.length) this.#settle(batch, results);
        else this.#fail(batch, wrongCount(results.length, batch.length));
      },
      (cause: unknown) => this.#fail(batch, cause),
    );
  }

  #take(): readonly LaneEntry<Item, Result>[] {
    const { maxEntries, maxBytes } = this.#limits;
    const batch: LaneEntry<Item, Result>[] = [];
    let bytes = 0;
    let taken = 0;
    for (const entry of this.#queue) {
      if (batch.length > 0 && (batch.length >= maxEntries || bytes + entry.bytes > maxBytes)) break;
      taken++;
      if (entry.withdrawn) continue;
      batch.push(entry);
      bytes += entry.bytes;
    }
    this.#queue = taken === this.#queue.length ? [] : this.#queue.slice(taken);
    return batch;
  }

  #settle(batch: readonly LaneEntry<Item, Result>[], results: readonly Result[]): void {
    for (let i = 0; i < batch.length; i++) {
      const entry = batch[i] as LaneEntry<Item, Result>;
      try {
        entry.settle(results[i] as Result);
      } catch (cause) {
        // Whatever is wrong with one entry must not keep the others, and the next batch, waiting.
        entry.fail(brokenEntry(cause));
      }
    }
    // Only now: a refusal above may have withdrawn what waits in the queue.
    this.#flush();
  }

  #fail(batch: readonly LaneEntry<Item, Result>[], cause: unknown): void {
    const failure = storeFailure(cause);
    for (const entry of batch) entry.fail(failure);
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
