import type { Timing } from "../clock/clock.ts";
import { EgoError } from "../error/ego-error.ts";
import { commandIdOf } from "./command-id.ts";
import type { EventStore, ShardPosition, StoredEvent } from "./event-store.ts";
import { PageSize } from "./page-size.ts";
import { lastPositions, readShards } from "./read-shards.ts";
import { Retrying } from "./retrying.ts";

/** One event as it comes out of the journal. */
export interface JournalEvent extends StoredEvent {
  /** Of the command that caused it, on each of its events; empty if it is not stored any more. */
  readonly commandId: string;
}

/** What a reader needs. */
export interface JournalCursorOptions {
  readonly events: EventStore;
  readonly timing: Timing;
  /** The shards that are read, each with the position behind which it begins. */
  readonly from: readonly ShardPosition[];
  /**
   * The longest time between two looks at what other programs have stored, in milliseconds; `Infinity` for one who is told
   * by somebody else, and does not look. Default: 1,000.
   */
  readonly pollMs?: number | undefined;
  /** Told when the store begins to fail, once for each time that it does. */
  readonly report: (failure: EgoError) => void;
}

/** Looks follow each other so closely while others are storing. */
const shortestPollMs = 20;

/**
 * Reads shards of a journal from given positions on, and goes on with what is stored later. Events of a shard come in
 * order and each once, whoever stored them and however commits interleave: that positions have no gap is looked at,
 * not trusted. It reads when it is asked to, so that what is read ahead is for the caller to say.
 *
 * What this engine stores it is told (`nudge`), and reads at once. What others store it finds by looking: after 20 ms
 * while there is something to be found, then less and less often, up to `pollMs`. All shards are looked at in one go,
 * where the store can. When there is more than one page, the shards take turns.
 *
 * A store that fails is asked again until it answers.
 */
export class JournalCursor {
  readonly #events: EventStore;
  readonly #timing: Timing;
  readonly #retrying: Retrying;
  readonly #pollMs: number;
  readonly #positions: Map<number, number>;
  readonly #page = new PageSize();
  /** The command of the last event that was read of a shard. */
  readonly #commandIds = new Map<number, string>();
  /** Shards to look at, in their turn, each with the position up to which there are events; 0 if that is not known. */
  readonly #due: Map<number, number>;
  #pauseMs: number;
  #filled = false;
  #verified: boolean;
  #failure: EgoError | undefined;
  #closed = false;
  #callOff: (() => void) | undefined;
  #wake: (() => void) | undefined;
  #reading: Promise<unknown> = Promise.resolve();

  constructor({ events, timing, from, pollMs = 1_000, report }: JournalCursorOptions) {
    this.#events = events;
    this.#timing = timing;
    this.#retrying = new Retrying(timing, report);
    this.#pollMs = pollMs;
    this.#pauseMs = Math.min(shortestPollMs, pollMs);
    this.#positions = new Map(from.map(({ shard, position }) => [shard, position]));
    this.#due = new Map(from.map(({ shard }) => [shard, 0]));
    this.#verified = from.every(({ position }) => position === 0);
  }

  /** Whether the last page had as many events as it could: the next is there already, as far as anybody knows. */
  get filled(): boolean {
    return this.#filled;
  }

  /**
   * The next events, at most `limit`; waits until there are some. One call at a time.
   *
   * @returns undefined if the reader was closed
   * @throws EgoError `data_loss` if the journal has a gap, or ends before the position behind which to read, and from
   * then on always; what the store throws that asking again does not mend
   */
  read(limit: number): Promise<readonly JournalEvent[] | undefined> {
    const reading = this.#next(limit);
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  /** There are events up to a position of a shard, since this engine has stored them. */
  nudge(shard: number, position: number): void {
    const known = this.#positions.get(shard);
    if (known === undefined || known >= position || (this.#due.get(shard) ?? -1) >= position) return;
    this.#due.set(shard, position);
    this.#wake?.();
  }

  /** Somebody else has stored something, it is not known where: looks at once. */
  look(): void {
    this.#pauseMs = Math.min(shortestPollMs, this.#pollMs);
    this.#lookAtAll();
  }

  /** Reads no more. Resolves when nothing is asked of the store any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#retrying.end();
    this.#callOff?.();
    this.#wake?.();
    await this.#reading;
  }

  async #next(limit: number): Promise<readonly JournalEvent[] | undefined> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      if (this.#closed) return undefined;
      if (this.#due.size === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      try {
        if (!this.#verified && !(await this.#verify())) return undefined;
        const events = await this.#look(Math.min(limit, this.#page.limit));
        if (events === undefined || events.length > 0) return events;
      } catch (failure) {
        this.#failure ??= EgoError.from(failure);
      }
    }
  }

  /** A journal that ends before the reader's positions is not the one that it has read. */
  async #verify(): Promise<boolean> {
    const found = await this.#retrying.until(() => lastPositions(this.#events));
    if (found === undefined) return false;
    for (const [shard, position] of this.#positions) {
      const last = found.answer[shard] ?? 0;
      if (position > last) throw ended(shard, position, last);
    }
    this.#verified = true;
    return true;
  }

  /** One look at the shards whose turn it is. */
  async #look(limit: number): Promise<readonly JournalEvent[] | undefined> {
    const after = [...this.#due.keys()].map((shard) => ({ shard, position: this.#positions.get(shard) ?? 0 }));
    const announced = new Map(this.#due);
    for (const shard of announced.keys()) this.#due.set(shard, 0);
    const found = await this.#retrying.until(() => readShards(this.#events, after, limit));
    if (found === undefined) return undefined;
    // A server that comes back may have lost commits, as one that was a replica before.
    if (found.failed) this.#verified = false;

    const events = this.#inOrder(found.answer, announced);
    const filled = found.answer.length >= limit;
    this.#filled = filled;
    this.#settle(after, filled ? found.answer.at(-1)?.shard : undefined);
    this.#page.note(found.answer, filled);
    if (this.#pollMs !== Number.POSITIVE_INFINITY) {
      this.#callOff ??= this.#timing.after(this.#pauseMs, () => this.#poll());
    }
    return this.#withCommandIds(events);
  }

  /** The events up to the first that does not follow on the one before it. */
  #inOrder(found: readonly StoredEvent[], announced: ReadonlyMap<number, number>): readonly StoredEvent[] {
    for (let index = 0; index < found.length; index++) {
      const { shard, position } = found[index] as StoredEvent;
      const last = this.#positions.get(shard) ?? Number.NaN;
      if (position !== last + 1) {
        this.#failure = gap(shard, last, position);
        return found.slice(0, index);
      }
      this.#positions.set(shard, position);
      // Somebody else is storing.
      if (position > (announced.get(shard) ?? 0)) this.#pauseMs = Math.min(shortestPollMs, this.#pollMs);
    }
    return found;
  }

  /** Shards that were read to their end are done; the one at which the page ended is last, behind those it left out. */
  #settle(after: readonly ShardPosition[], endedAt: number | undefined): void {
    for (const { shard } of after) {
      const due = this.#due.get(shard) ?? 0;
      if (shard === endedAt) {
        this.#due.delete(shard);
        this.#due.set(shard, due);
        return;
      }
      // It may have been announced since that there is more.
      if (due <= (this.#positions.get(shard) ?? 0)) this.#due.delete(shard);
    }
  }

  #poll(): void {
    this.#callOff = undefined;
    this.#pauseMs = Math.min(this.#pauseMs * 2, this.#pollMs);
    this.#lookAtAll();
  }

  #lookAtAll(): void {
    for (const shard of this.#positions.keys()) if (!this.#due.has(shard)) this.#due.set(shard, 0);
    this.#wake?.();
  }

  /** It is stored with the first event of a command only. Events of a command are next to each other in their shard. */
  async #withCommandIds(events: readonly StoredEvent[]): Promise<readonly JournalEvent[] | undefined> {
    const all: JournalEvent[] = [];
    for (const event of events) {
      let { commandId } = event;
      if (commandId === null) {
        commandId = this.#commandIds.get(event.shard) ?? null;
        if (commandId === null) {
          const found = await this.#retrying.until(() => commandIdOf(this.#events, event));
          if (found === undefined) return undefined;
          commandId = found.answer;
        }
        all.push({ ...event, commandId });
      } else {
        all.push(event as JournalEvent);
      }
      this.#commandIds.set(event.shard, commandId);
    }
    return all;
  }
}

function gap(shard: number, last: number, position: number): EgoError {
  const what =
    position > last
      ? `events are missing: position ${last} of shard ${shard} is followed by ${position}`
      : `behind position ${last} of shard ${shard} comes ${position}`;
  return new EgoError("data_loss", `The journal is not in order: ${what}. Restore it from a backup.`, {
    details: { shard, position, expected: last + 1 },
  });
}

function ended(shard: number, position: number, last: number): EgoError {
  return new EgoError(
    "data_loss",
    `The journal ends at position ${last} of shard ${shard}, and was to be read behind ${position}: it is another journal, or an older state of it was restored. Begin again from the start.`,
    { details: { shard, position, last } },
  );
}
