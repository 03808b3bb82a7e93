import type { EgoError } from "../error/ego-error.ts";
import type { EventStore, ShardPosition, StoredEvent } from "../journal/event-store.ts";
import { JournalCursor, type JournalEvent } from "../journal/journal-cursor.ts";
import { readShards } from "../journal/read-shards.ts";
import { JournalEnd, type JournalEndOptions } from "../stream/journal-end.ts";
import type { Follower } from "../stream/stream.ts";

/** Somebody who is told what there is to be read. */
export interface FeedReader {
  nudge(shard: number, position: number): void;
}

/** What the feed of a node needs. */
export interface JournalFeedOptions extends JournalEndOptions {
  /** The first shard that is read: those before it are another feed's. Default: 0. */
  readonly firstShard?: number;
  /** The longest time between two looks at what other programs have stored, in milliseconds. */
  readonly pollMs: number;
  /** The journal has a gap: nobody can be served any more. */
  readonly failed: (failure: EgoError) => void;
}

/** Events that are kept for those who are a little behind, and their bytes. */
const maxKept = 10_000;
const maxKeptBytes = 16 << 20;
const page = 2_000;

/** The last events of one shard. */
interface Kept {
  /** Position of the event before the first that is kept. */
  before: number;
  events: JournalEvent[];
}

/**
 * Reads the end of the journal for all projections of a node, once: one statement a second while nothing happens, however
 * many projections there are. They are told what there is, and those that are not far behind get it from memory; the
 * others read for themselves.
 */
export class JournalFeed implements Follower {
  /** The journal, with its end from memory. */
  readonly events: EventStore;
  readonly #options: JournalFeedOptions;
  readonly #readers = new Set<FeedReader>();
  #end: JournalEnd;
  readonly #running: Promise<void>;
  readonly #kept: Kept[] = [];
  /** The shards of what is kept, in the order in which it was read. */
  #order: number[] = [];
  #oldest = 0;
  #bytes = 0;
  #cursor: JournalCursor | undefined;
  /** What is being read counts for nothing. */
  #doubted = false;
  #ended = false;

  constructor(options: JournalFeedOptions) {
    this.#options = options;
    this.#end = new JournalEnd(options);
    this.events = { ...options.events, readShards: (after, limit) => this.#readShards(after, limit) };
    this.#running = this.#run();
  }

  /** Where the journal was known to end, by shard; undefined until that is known. */
  get positions(): readonly number[] | undefined {
    return this.#kept.length === 0 ? undefined : this.#kept.map(lastOf);
  }

  /** Resolves when it reads: what was stored before can be read, and what is stored from now on is told. */
  async started(): Promise<void> {
    await this.#end.positions;
  }

  /** Adds a reader; what is returned takes it out again. */
  attach(reader: FeedReader): () => void {
    this.#readers.add(reader);
    return () => {
      this.#readers.delete(reader);
    };
  }

  recorded(_entity: string, shard: number, _first: number, last: number): void {
    this.#cursor?.nudge(shard, last);
  }

  /** Other programs have stored something: looks at once. */
  look(): void {
    this.#cursor?.look();
  }

  /** What was read may not be in the journal any more: it is forgotten, and from its end, where that is now, it is read again. */
  doubt(): void {
    this.#doubted = true;
    this.#forget();
    void this.#end.end();
    void this.#cursor?.close();
  }

  async end(): Promise<void> {
    this.#ended = true;
    this.#options.stream.unfollow(this);
    await this.#end.end();
    await this.#cursor?.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      await this.#follow();
      while (this.#doubted && !this.#ended) {
        this.#doubted = false;
        this.#end = new JournalEnd(this.#options);
        await this.#follow();
      }
    } catch (failure) {
      this.#options.failed(failure as EgoError);
    }
  }

  /** Reads until it is ended, or doubted. */
  async #follow(): Promise<void> {
    const { events, firstShard = 0, timing, pollMs, report, stream } = this.#options;
    const isOver = () => this.#ended || this.#doubted;
    const positions = await this.#end.positions;
    if (!positions || isOver()) return;
    this.#forget();
    for (const before of positions) this.#kept.push({ before, events: [] });
    const from = positions.map((position, shard) => ({ shard, position })).slice(firstShard);
    this.#cursor = new JournalCursor({ events, timing, from, pollMs, report });
    stream.follow(this);
    // Whoever looked before this was known may have missed what came just then.
    for (const { shard, position } of from) this.#nudge(shard, position);
    while (!isOver()) {
      const found = await this.#cursor.read(page);
      if (!found || isOver()) return;
      for (const event of found) this.#keep(event);
      const last = new Map(found.map(({ shard, position }) => [shard, position]));
      for (const [shard, position] of last) this.#nudge(shard, position);
    }
  }

  #nudge(shard: number, position: number): void {
    for (const reader of this.#readers) reader.nudge(shard, position);
  }

  #forget(): void {
    this.#kept.length = 0;
    this.#order = [];
    this.#oldest = 0;
    this.#bytes = 0;
  }

  #keep(event: JournalEvent): void {
    this.#kept[event.shard]?.events.push(event);
    this.#order.push(event.shard);
    this.#bytes += sizeOf(event);
    while (this.#order.length - this.#oldest > maxKept || this.#bytes > maxKeptBytes) this.#drop();
    if (this.#oldest > maxKept) {
      this.#order = this.#order.slice(this.#oldest);
      this.#oldest = 0;
    }
  }

  #drop(): void {
    const kept = this.#kept[this.#order[this.#oldest] ?? -1];
    this.#oldest++;
    const event = kept?.events.shift();
    if (!kept || !event) return;
    kept.before = event.position;
    this.#bytes -= sizeOf(event);
  }

  async #readShards(after: readonly ShardPosition[], limit: number): Promise<readonly StoredEvent[]> {
    const found: StoredEvent[] = [];
    for (const { shard, position } of after) {
      const kept = this.#kept[shard];
      // All of it from one place: whoever asks relies on the order of the shards.
      if (!kept || position < kept.before) return readShards(this.#options.events, after, limit);
      for (let at = position - kept.before; at < kept.events.length && found.length < limit; at++) {
        found.push(kept.events[at] as StoredEvent);
      }
      if (found.length >= limit) break;
    }
    return found;
  }
}

function lastOf({ before, events }: Kept): number {
  return before + events.length;
}

function sizeOf({ payload, metadata }: StoredEvent): number {
  return (payload?.length ?? 0) + metadata.length;
}
