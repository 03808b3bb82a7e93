import type { FailedWrite, ProjectedRows, RowBatch } from "../codegen/projected-rows.ts";
import type { JournalEvent } from "../journal/journal-cursor.ts";
import type { RowKey } from "./event-key.ts";

/** How many writes are handed to the database in one go. */
const maxHeld = 256;
/** How many may be on their way: what is on its way is in memory. */
const maxUnderWay = 1_000;

/** An event whose write failed. */
export interface FailedEvent {
  /** Undefined if it is one of several whose writes went in one statement: sent alone, they would tell. */
  readonly event: JournalEvent | undefined;
  readonly cause: unknown;
}

/**
 * Writes of one transaction. Nobody waits for one before the next is given: the database does them in their order, and a
 * handler with many of them costs a few waits instead of one for each. They are held until there are many, since a thread
 * or a server takes many at once in less time, or until somebody has the transaction itself, whose queries are to see them.
 *
 * The first that fails is kept, with the event that it is of: those behind it may fail because of it alone.
 */
export class PendingWrites {
  readonly #rows: ProjectedRows;
  readonly #batch: RowBatch;
  readonly #underWay = new Set<Promise<void>>();
  #countUnderWay = 0;
  /** The events of what is in the batch, in its order. */
  #held: JournalEvent[] = [];
  #holds = true;
  #last: Promise<unknown> = Promise.resolve();
  #failed: FailedEvent | undefined;

  /** @param alone as `ProjectedRows.batch` */
  constructor(rows: ProjectedRows, alone = false) {
    this.#rows = rows;
    this.#batch = rows.batch(alone);
  }

  /** The first write that failed so far. */
  get failed(): FailedEvent | undefined {
    return this.#failed;
  }

  /** Whether there are so many that it is to be waited for some of them. */
  get crowded(): boolean {
    return this.#countUnderWay >= maxUnderWay;
  }

  /** A write of an event, as that of the rows, which is done when those before it are. */
  upsert(event: JournalEvent, key: RowKey, fields: RowKey): void {
    if (this.#holds) this.#hold(event, (batch) => batch.upsert(key, fields));
    else this.#begin([event], alone(this.#rows.upsert(key, fields)));
  }

  increment(event: JournalEvent, key: RowKey, numbers: RowKey): void {
    if (this.#holds) this.#hold(event, (batch) => batch.increment(key, numbers));
    else this.#begin([event], alone(this.#rows.increment(key, numbers)));
  }

  remove(event: JournalEvent, key: RowKey): void {
    if (this.#holds) this.#hold(event, (batch) => batch.remove(key));
    else this.#begin([event], alone(this.#rows.remove(key)));
  }

  /** Somebody has the transaction: from now on each write is given to it at once, between the queries of whoever has it. */
  holdNoMore(): void {
    this.#holds = false;
    this.flush();
  }

  /** Hands what is held to the database. */
  flush(): void {
    const events = this.#held;
    if (events.length === 0) return;
    this.#held = [];
    this.#begin(events, this.#batch.send());
  }

  /** Resolves when all have been done, or have failed. */
  async settled(): Promise<void> {
    this.flush();
    // The database does them in order: mostly the last one is the last.
    await this.#last;
    if (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #hold(event: JournalEvent, write: (batch: RowBatch) => void): void {
    try {
      write(this.#batch);
    } catch (failure) {
      this.flush();
      this.#begin([event], Promise.resolve({ index: 0, failure }));
      return;
    }
    this.#held.push(event);
    if (this.#held.length >= maxHeld) this.flush();
  }

  #begin(events: readonly JournalEvent[], sent: Promise<FailedWrite | undefined>): void {
    this.#countUnderWay += events.length;
    const before = this.#last;
    const settled = sent.then(async (failed) => {
      // One before it may fail later than one that is refused at once, and is the first all the same.
      if (failed) await before;
      this.#underWay.delete(settled);
      this.#countUnderWay -= events.length;
      if (failed) this.#failed ??= { event: events[failed.index ?? -1], cause: failed.failure };
    });
    this.#underWay.add(settled);
    this.#last = settled;
  }
}

function alone(write: Promise<void>): Promise<FailedWrite | undefined> {
  return write.then(
    () => undefined,
    (failure: unknown) => ({ index: 0, failure }),
  );
}
