import { systemTiming } from "../clock/clock.ts";
import type { EgoError } from "../error/ego-error.ts";
import type { EventStore } from "../journal/event-store.ts";
import { JournalCursor, type JournalEvent } from "../journal/journal-cursor.ts";
import { lastPositions } from "../journal/read-shards.ts";

/** How a journal is followed. */
export interface FollowOptions {
  /** From its first events on, or from what is stored next. */
  readonly from: "start" | "now";
  /** Ends it. */
  readonly stop: AbortSignal;
  /** Told when the store begins to fail; it is asked until it answers. */
  readonly report: (failure: EgoError) => void;
}

/** A person looks at it. */
const pollMs = 200;
const pageLimit = 1_000;

/**
 * The events of a journal, and those that any program stores later, by the page: of each shard in order, each once.
 *
 * @throws EgoError `data_loss` if the journal has a gap
 */
export async function* followJournal(
  events: EventStore,
  { from, stop, report }: FollowOptions,
): AsyncGenerator<readonly JournalEvent[]> {
  const last = from === "now" ? await lastPositions(events) : Array.from({ length: events.shardCount }, () => 0);
  const positions = last.map((position, shard) => ({ shard, position }));
  const cursor = new JournalCursor({ events, timing: systemTiming, from: positions, pollMs, report });
  const close = () => void cursor.close();
  stop.addEventListener("abort", close, { once: true });
  try {
    while (!stop.aborted) {
      const page = await cursor.read(pageLimit);
      if (page === undefined) return;
      yield page;
    }
  } finally {
    stop.removeEventListener("abort", close);
    await cursor.close();
  }
}
