import type { Timing } from "../clock/clock.ts";
import type { CompiledEntity } from "../entity/compiled-entity.ts";
import { recordedEventOf } from "../entity/recorded.ts";
import { EgoError } from "../error/ego-error.ts";
import type { EventStore } from "../journal/event-store.ts";
import { JournalCursor, type JournalEvent } from "../journal/journal-cursor.ts";
import type { JournalReader } from "../journal/journal-readers.ts";
import { formatPositions } from "../journal/positions.ts";
import { JournalEnd } from "./journal-end.ts";
import type { CatchUpSubscription, Follower, RecordedEvent } from "./stream.ts";

/** What a subscription to the journal needs. */
export interface JournalSubscriptionOptions {
  readonly events: EventStore;
  readonly timing: Timing;
  /** The entities whose events are given, by their names. */
  readonly entities: ReadonlyMap<string, CompiledEntity>;
  /** The position of each shard behind which it begins, or what finds it. */
  readonly start: readonly number[] | JournalEnd;
  /** Events that are read ahead, at most. */
  readonly maxBuffer: number;
  readonly pollMs: number | undefined;
  readonly report: (failure: EgoError) => void;
  readonly onEnded: () => void;
}

/** Events of the journal from given positions on, as an async iterable. Reads ahead as far as there is room. */
export class JournalSubscription implements CatchUpSubscription<RecordedEvent>, Follower, JournalReader {
  readonly name = "a subscription";
  readonly #options: JournalSubscriptionOptions;
  readonly #start: Promise<boolean>;
  #cursor: JournalCursor | undefined;
  #waiting: JournalEvent[] = [];
  #next = 0;
  /** By shard: the position up to which the subscriber has it, as far as events of it wait. */
  #taken: number[] = [];
  /** By shard: the position up to which it was read. */
  #read: number[] = [];
  /** By shard: events that wait. */
  #left: number[] = [];
  #taker: PromiseWithResolvers<IteratorResult<RecordedEvent>> | undefined;
  #roomy: (() => void) | undefined;
  #failure: EgoError | undefined;
  #ended = false;
  readonly #running: Promise<void>;

  constructor(options: JournalSubscriptionOptions) {
    this.#options = options;
    const { start } = options;
    const positions = start instanceof JournalEnd ? start.positions : Promise.resolve(start);
    this.#start = positions.then((found) => this.#begin(found));
    this.#running = this.#run();
  }

  recorded(entity: string, shard: number, _first: number, last: number): void {
    if (this.#options.entities.has(entity)) this.#cursor?.nudge(shard, last);
  }

  async positions(): Promise<string> {
    if (!(await this.#start)) {
      throw new EgoError("unavailable", "The subscription was ended before it had found where the journal ends.");
    }
    return formatPositions(this.#taken.map((_, shard) => this.#positionOf(shard)));
  }

  async position(shard: number): Promise<number> {
    const begun = await this.#start.catch(() => false);
    return begun ? this.#positionOf(shard) : Number.MAX_SAFE_INTEGER;
  }

  next(): Promise<IteratorResult<RecordedEvent>> {
    if (this.#taker) return Promise.reject(new EgoError("invalid_argument", "One subscription has one reader."));
    this.#taker = Promise.withResolvers();
    const { promise } = this.#taker;
    this.#serve();
    return promise;
  }

  /** Reads no more; what waits is still delivered. Resolves when nothing is asked of the store any more. */
  async end(): Promise<void> {
    if (!this.#ended) {
      this.#ended = true;
      this.#options.onEnded();
      this.#roomy?.();
      this.#serve();
    }
    const { start } = this.#options;
    if (start instanceof JournalEnd) await start.end();
    await Promise.all([this.#cursor?.close(), this.#running]);
  }

  close(): void {
    this.#waiting = [];
    this.#next = 0;
    this.#failure = undefined;
    void this.end();
  }

  return(): Promise<IteratorResult<RecordedEvent>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.end();
  }

  /** What was passed over counts as taken, unless something waits that comes before it. */
  #positionOf(shard: number): number {
    return (this.#left[shard] ? this.#taken[shard] : this.#read[shard]) ?? 0;
  }

  /** Whether there is a place to begin at. */
  #begin(start: readonly number[] | undefined): boolean {
    if (!start) return false;
    this.#taken = [...start];
    this.#read = [...start];
    this.#left = start.map(() => 0);
    if (this.#ended) return true;
    const { events, timing, pollMs, report } = this.#options;
    const from = start.map((position, shard) => ({ shard, position }));
    this.#cursor = new JournalCursor({ events, timing, from, pollMs, report });
    return true;
  }

  async #run(): Promise<void> {
    try {
      await this.#start;
      await this.#follow();
    } catch (cause) {
      this.#failure ??= EgoError.from(cause);
      this.#options.report(this.#failure);
      void this.end();
    }
  }

  async #follow(): Promise<void> {
    const { maxBuffer } = this.#options;
    while (!this.#ended && this.#cursor) {
      const events = await this.#cursor.read(maxBuffer - (this.#waiting.length - this.#next));
      if (!events || this.#ended) return;
      for (const event of events) this.#push(event);
      this.#serve();
      // By the half: the store is asked for many at a time, and the subscriber need not wait for them.
      if (this.#waiting.length - this.#next > maxBuffer / 2) await this.#room();
    }
  }

  #push(event: JournalEvent): void {
    const { shard, position, entityType, payload } = event;
    this.#read[shard] = position;
    // Of a tombstone there is nothing to tell.
    if (payload === null || !this.#options.entities.has(entityType)) return;
    this.#waiting.push(event);
    this.#left[shard] = (this.#left[shard] ?? 0) + 1;
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#roomy = resolve;
    });
  }

  /** Gives the one who waits what there is to be given. */
  #serve(): void {
    const taker = this.#taker;
    if (!taker) return;
    const event = this.#waiting[this.#next];
    if (!event && !this.#failure && !this.#ended) return;
    this.#taker = undefined;
    if (event) {
      try {
        taker.resolve({ done: false, value: this.#take(event) });
      } catch (cause) {
        // What is behind it is not given: it is the next one for whoever goes on from here.
        this.close();
        taker.reject(cause);
      }
      return;
    }
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) taker.reject(failure);
    else taker.resolve({ done: true, value: undefined });
  }

  #take(event: JournalEvent): RecordedEvent {
    const entity = this.#options.entities.get(event.entityType) as CompiledEntity;
    const recorded = recordedEventOf(entity, event, event.commandId);
    const { shard, position } = event;
    this.#taken[shard] = position;
    this.#left[shard] = (this.#left[shard] ?? 1) - 1;
    if (++this.#next > 1_000 && this.#next * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
    if (this.#waiting.length - this.#next <= this.#options.maxBuffer / 2) this.#roomy?.();
    return recorded;
  }
}
