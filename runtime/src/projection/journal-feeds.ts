import type { EgoError } from "../error/ego-error.ts";
import type { EventStore } from "../journal/event-store.ts";
import { withStates } from "../journal/state-shards.ts";
import { type FeedReader, JournalFeed } from "./journal-feed.ts";
import type { ProjectionsHost } from "./projections-host.ts";

/** What feeds need of their engine. */
export interface JournalFeedsHost
  extends Pick<ProjectionsHost, "events" | "states" | "stream" | "timing" | "settled" | "signals" | "report"> {
  /** A part of the journal is not what it was: nobody can be served any more who reads it. */
  failed(failure: EgoError, ofStates: boolean): void;
}

/** The longest time between two looks at what other programs have stored. */
const pollMs = 1_000;
/** The same for versions of durable states. With the heartbeat, an idle node asks less than two questions a second. */
const statePollMs = 4_000;

/** The feeds that the parts of a node read: one of events, and one of versions of durable states if any consumes such. */
export class JournalFeeds {
  readonly #host: JournalFeedsHost;
  #events: JournalFeed | undefined;
  #states: JournalFeed | undefined;
  /** Listens to other programs no more. */
  #deafen: (() => void) | undefined;

  constructor(host: JournalFeedsHost) {
    this.#host = host;
  }

  /** Begins those that are needed and not there: resolves when they know where the journal ends. */
  async begin(consumesStates: boolean): Promise<void> {
    const { events, states, signals } = this.#host;
    this.#events ??= this.#newFeed(events, 0);
    if (states && consumesStates) this.#states ??= this.#newFeed(states, events.shardCount);
    this.#deafen ??= signals?.listen(() => {
      this.#events?.look();
      this.#states?.look();
    });
    await Promise.all([this.#events.started(), this.#states?.started()]);
  }

  /** The journal of a projection, with its end from memory; undefined before the first one was begun. */
  journal(consumesStates: boolean): EventStore | undefined {
    const [events, states] = this.#feedsOf(consumesStates);
    return events && states ? withStates(events.events, states.events) : events?.events;
  }

  /** Tells a reader what there is, until the function that is returned is called. */
  attach(reader: FeedReader, consumesStates: boolean): () => void {
    const attached = this.#feedsOf(consumesStates).map((feed) => feed.attach(reader));
    return () => {
      for (const detach of attached) detach();
    };
  }

  /** The last position of each shard, by shard, as far as it is known here. */
  get ends(): readonly number[] {
    const unknown = Array.from({ length: this.#host.events.shardCount }, () => 0);
    return [...(this.#events?.positions ?? unknown), ...(this.#states?.positions ?? [])];
  }

  /** What they have read may not be in the journal any more: they forget it at once, and read again. */
  doubt(): void {
    this.#events?.doubt();
    this.#states?.doubt();
  }

  /** Does not listen any more to what other programs say. */
  deafen(): void {
    this.#deafen?.();
  }

  async end(): Promise<void> {
    await Promise.all([this.#events?.end(), this.#states?.end()]);
  }

  #feedsOf(consumesStates: boolean): readonly JournalFeed[] {
    return [this.#events, consumesStates ? this.#states : undefined].filter((feed) => feed !== undefined);
  }

  #newFeed(events: EventStore, firstShard: number): JournalFeed {
    const { timing, stream, settled, report } = this.#host;
    const ofStates = firstShard > 0;
    const failed = (failure: EgoError) => this.#host.failed(failure, ofStates);
    const poll = ofStates ? statePollMs : pollMs;
    return new JournalFeed({ events, firstShard, timing, stream, settled, report, pollMs: poll, failed });
  }
}
