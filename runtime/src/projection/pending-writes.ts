import type { JournalEvent } from "../journal/journal-cursor.ts";

/**
 * Writes of one transaction that are on their way. Nobody waits for one before the next is given: the database does them
 * in their order, and a handler with many of them costs one wait at the end instead of one for each. The first that
 * fails is kept, with the event that it is of: those behind it may fail because of it alone.
 */
export class PendingWrites {
  #last: Promise<unknown> = Promise.resolve();
  readonly #pending = new Set<Promise<void>>();
  #failed: { readonly event: JournalEvent; readonly cause: unknown } | undefined;

  /** The first write that failed so far. */
  get failed(): { readonly event: JournalEvent; readonly cause: unknown } | undefined {
    return this.#failed;
  }

  /** A write of an event is on its way. */
  add(event: JournalEvent, write: Promise<void>): void {
    const settled = write.then(
      () => {
        this.#pending.delete(settled);
      },
      (cause: unknown) => {
        this.#pending.delete(settled);
        this.#failed ??= { event, cause };
      },
    );
    this.#pending.add(settled);
    this.#last = settled;
  }

  /** How many are on their way. */
  get size(): number {
    return this.#pending.size;
  }

  /** Resolves when all have been done, or have failed. */
  async settled(): Promise<void> {
    // The database does them in order: mostly the last one is the last.
    await this.#last;
    if (this.#pending.size > 0) await Promise.all(this.#pending);
  }
}
