import type { Timing } from "../clock/clock.ts";
import type { EgoError } from "../error/ego-error.ts";
import type { EventStore } from "../journal/event-store.ts";
import { lastPositions } from "../journal/read-shards.ts";
import { Retrying } from "../journal/retrying.ts";
import type { Follower, Stream } from "./stream.ts";

/** What it takes to find the end of the journal. */
export interface JournalEndOptions {
  readonly events: EventStore;
  readonly timing: Timing;
  readonly stream: Stream;
  /** Resolves when the batches that are under way now have been answered. */
  readonly settled: () => Promise<unknown>;
  readonly report: (failure: EgoError) => void;
}

/**
 * Where the journal ends now: before everything that this engine tells its stream from now on. The store is asked only
 * after that moment, and may answer when it has stored more; so what the stream tells meanwhile is noted, and what
 * was stored but is not told yet is waited for.
 */
export class JournalEnd implements Follower {
  /** The last position of each shard; undefined if it was ended before that was known. */
  readonly positions: Promise<readonly number[] | undefined>;
  readonly #options: JournalEndOptions;
  readonly #retrying: Retrying;
  readonly #firsts = new Map<number, number>();

  constructor(options: JournalEndOptions) {
    this.#options = options;
    this.#retrying = new Retrying(options.timing, options.report);
    // Asks at once, and is told of what is stored from the same moment on.
    this.positions = this.#find().finally(() => options.stream.unfollow(this));
    options.stream.follow(this);
  }

  recorded(_entity: string, shard: number, first: number): void {
    if (!this.#firsts.has(shard)) this.#firsts.set(shard, first);
  }

  /** Looks no more. */
  async end(): Promise<void> {
    this.#retrying.end();
    await this.positions.catch(() => undefined);
  }

  async #find(): Promise<readonly number[] | undefined> {
    const { events, settled } = this.#options;
    const found = await this.#retrying.until(() => lastPositions(events));
    if (!found) return undefined;
    await settled();
    return found.answer.map((last, shard) => Math.min(last, (this.#firsts.get(shard) ?? Number.POSITIVE_INFINITY) - 1));
  }
}
