import type { JournalEvent } from "../journal/journal-cursor.ts";

/** How many writes are handed to the database in one go. */
const maxHeld = 64;
/** How many may be on their way: what is on its way is in memory. */
const maxUnderWay = 1_000;

/**
 * Writes of one transaction. Nobody waits for one before the next is given: the database does them in their order, and a
 * handler with many of them costs a few waits instead of one for each. They are held until there are many, since a thread
 * or a server takes many at once in less time, or until somebody has the transaction itself, whose queries are to see them.
 *
 * The first that fails is kept, with the event that it is of: those behind it may fail because of it alone.
 */
export class PendingWrites {
  readonly #underWay = new Set<Promise<void>>();
  #held: { readonly event: JournalEvent; readonly write: () => Promise<void> }[] = [];
  #holds = true;
  #last: Promise<unknown> = Promise.resolve();
  #failed: { readonly event: JournalEvent; readonly cause: unknown } | undefined;

  /** The first write that failed so far. */
  get failed(): { readonly event: JournalEvent; readonly cause: unknown } | undefined {
    return this.#failed;
  }

  /** Whether there are so many that it is to be waited for some of them. */
  get crowded(): boolean {
    return this.#underWay.size >= maxUnderWay;
  }

  /** A write of an event, which is done when those before it are. */
  add(event: JournalEvent, write: () => Promise<void>): void {
    if (!this.#holds) {
      this.#begin(event, write);
      return;
    }
    this.#held.push({ event, write });
    if (this.#held.length >= maxHeld) this.flush();
  }

  /** Somebody has the transaction: from now on each write is given to it at once, between the queries of whoever has it. */
  holdNoMore(): void {
    this.#holds = false;
    this.flush();
  }

  /** Hands what is held to the database. */
  flush(): void {
    const held = this.#held;
    this.#held = [];
    for (const { event, write } of held) this.#begin(event, write);
  }

  /** Resolves when all have been done, or have failed. */
  async settled(): Promise<void> {
    this.flush();
    // The database does them in order: mostly the last one is the last.
    await this.#last;
    if (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #begin(event: JournalEvent, write: () => Promise<void>): void {
    const settled = write().then(
      () => {
        this.#underWay.delete(settled);
      },
      (cause: unknown) => {
        this.#underWay.delete(settled);
        this.#failed ??= { event, cause };
      },
    );
    this.#underWay.add(settled);
    this.#last = settled;
  }
}
