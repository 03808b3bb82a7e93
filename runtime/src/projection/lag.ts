import type { EventStore, StoredEvent } from "../journal/event-store.ts";
import { lastPositions } from "../journal/read-shards.ts";

/** How far a projection is behind the journal. */
export interface ProjectionLag {
  /** Events that it has not done yet. */
  readonly events: number;
  /** When the oldest of them was stored; undefined if there is none. */
  readonly oldest: Date | undefined;
}

/** How far a projection is behind in one shard. */
export interface ShardLag {
  readonly shard: number;
  /** The position behind which it goes on. */
  readonly position: number;
  /** The last position. */
  readonly head: number;
  /** When the event that it is at was stored; undefined if that is not there. */
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
  let count = 0;
  let oldest: Date | undefined;
  for (const shard of await shardsBehind(events, offsets)) {
    count += shard.head - shard.position;
    if (shard.oldest && (oldest === undefined || shard.oldest < oldest)) oldest = shard.oldest;
  }
  return { events: count, oldest };
}

/** The shards in which offsets are behind the journal: see {@link lagOf}. */
export async function shardsBehind(events: EventStore, offsets: readonly number[]): Promise<readonly ShardLag[]> {
  const last = await lastPositions(events);
  const behind = last
    .map((head, shard) => ({ shard, position: offsets[shard] ?? 0, head }))
    .filter(({ position, head }) => position < head);
  const found: ShardLag[] = [];
  for (let from = 0; from < behind.length; from += sideBySide) {
    const some = behind.slice(from, from + sideBySide).map(async (shard) => {
      const event = await firstBehind(events, shard.shard, shard.position);
      return { ...shard, oldest: event && new Date(event.recordedAt) };
    });
    found.push(...(await Promise.all(some)));
  }
  return found;
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
