import type { JournalEvent } from "../journal/journal-cursor.ts";

/**
 * How much of what was read goes into the next transaction, and how often its first event has failed. An event that fails
 * in the middle is tried again alone, behind a transaction with those before it: so nothing is held back by an event that
 * comes later, and the failure is its own.
 */
export class Attempts {
  readonly #most: number;
  /** The next transaction has so many events, at most. */
  #size: number;
  /** Among so many of the next events is one that failed; 0 if nothing is known. */
  #suspected = 0;
  /** Tries of the first event that failed, and which it is. */
  #tries = 0;
  #tried: JournalEvent | undefined;

  constructor(most: number) {
    this.#most = most;
    this.#size = most;
  }

  /** Tries of the event that comes first, so far. */
  get tries(): number {
    return this.#tries;
  }

  /** What goes into the next transaction. */
  next(waiting: readonly JournalEvent[]): readonly JournalEvent[] {
    return waiting.length > this.#size ? waiting.slice(0, this.#size) : waiting;
  }

  /** A transaction with so many events was committed. */
  succeeded(count: number): void {
    this.#tries = 0;
    this.#suspected = Math.max(0, this.#suspected - count);
    this.#size = this.#suspected > 0 ? Math.ceil(this.#suspected / 2) : this.#most;
  }

  /**
   * The transaction failed.
   *
   * @param culprit the event that failed, if it is known
   * @returns whether that is the first event, alone: so that it is for the policy to say what becomes of it
   */
  failed(events: readonly JournalEvent[], culprit: JournalEvent | undefined): boolean {
    if (events.length === 1) {
      // Another one if somebody else has done that meanwhile, or a rebuild begins elsewhere.
      if (!isSame(this.#tried, events[0])) this.#tries = 0;
      this.#tried = events[0];
      this.#tries++;
      this.#size = 1;
      return true;
    }
    const at = culprit ? events.indexOf(culprit) : -1;
    // Of a batch nobody knows which one it was: by halves it is found.
    this.#suspected = at >= 0 ? at + 1 : events.length;
    this.#size = at > 0 ? at : at === 0 ? 1 : Math.ceil(events.length / 2);
    return false;
  }
}

function isSame(one: JournalEvent | undefined, other: JournalEvent | undefined): boolean {
  return one?.shard === other?.shard && one?.position === other?.position;
}
