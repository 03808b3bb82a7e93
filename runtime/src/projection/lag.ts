import type { EventStore, StoredEvent } from "../journal/event-store.ts";
import { lastPositions } from "../journal/read-shards.ts";

/** How far a projection is behind the journal. */
export interface ProjectionLag {
  /** Events that it has not done yet. */
  readonly events: number;
  /** When the oldest of them was stored; undefined if there is none. */
  readonly oldest: Date | undefined;
}

/** Reads at once, at most. */
const sideBySide = 16;

/**
 * How far offsets are behind the journal. Looks at the last position of each shard, and at one event of each shard that is
 * behind: what it costs does not depend on how long the journal is, or how far it is behind.
 *
 * @param offsets by shard
 */
export async function lagOf(events: EventStore, offsets: readonly number[]): Promise<ProjectionLag> {
  const last = await lastPositions(events);
  let count = 0;
  const behind: number[] = [];
  for (const [shard, position] of last.entries()) {
    const pending = position - (offsets[shard] ?? 0);
    if (pending <= 0) continue;
    count += pending;
    behind.push(shard);
  }
  let oldest = Number.POSITIVE_INFINITY;
  for (let from = 0; from < behind.length; from += sideBySide) {
    const found = await Promise.all(
      behind.slice(from, from + sideBySide).map((shard) => firstBehind(events, shard, offsets[shard] ?? 0)),
    );
    for (const event of found) if (event) oldest = Math.min(oldest, event.recordedAt);
  }
  return { events: count, oldest: Number.isFinite(oldest) ? new Date(oldest) : undefined };
}

async function firstBehind(events: EventStore, shard: number, position: number): Promise<StoredEvent | undefined> {
  const [event] = await events.read(shard, position, 1);
  return event;
}

/**
 * The position of each shard behind which the events are that were stored from a time on. Found by halving: the clocks of
 * the writers are taken to agree.
 *
 * @param time epoch milliseconds
 */
export async function positionsAt(events: EventStore, time: number): Promise<readonly number[]> {
  const last = await lastPositions(events);
  const positions: number[] = [];
  for (const [shard, head] of last.entries()) {
    let before = 0;
    let after = head + 1;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      const event = await firstBehind(events, shard, middle - 1);
      if (event && event.recordedAt < time) before = middle;
      else after = middle;
    }
    positions.push(before);
  }
  return positions;
}
