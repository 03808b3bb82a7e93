import { EgoError } from "../error/ego-error.ts";
import type { EventStore, ShardPosition, StoredEvent } from "./event-store.ts";

/** Reads several shards as `EventStore.readShards` says, from any store. */
export async function readShards(
  events: EventStore,
  after: readonly ShardPosition[],
  limit: number,
): Promise<readonly StoredEvent[]> {
  if (events.readShards) return events.readShards(after, limit);
  // Also those that are not come to: whether a shard is none does not depend on what is in the others.
  for (const { shard } of after) {
    if (Number.isInteger(shard) && shard >= 0 && shard < events.shardCount) continue;
    throw new EgoError("invalid_argument", `The journal has no shard ${shard}: it has 0 to ${events.shardCount - 1}.`);
  }
  const found: StoredEvent[] = [];
  for (const { shard, position } of after) {
    if (found.length >= limit) break;
    for (const event of await events.read(shard, position, limit - found.length)) found.push(event);
  }
  return found;
}

/** The last position of each shard, by its number, of any store. */
export async function lastPositions(events: EventStore): Promise<readonly number[]> {
  if (events.lastPositions) return events.lastPositions();
  const last: number[] = [];
  for (let shard = 0; shard < events.shardCount; shard++) last.push(await lastPosition(events, shard));
  return last;
}

/** Positions are dense, so the last one is found by halving: in steps that double until one is beyond the end. */
async function lastPosition(events: EventStore, shard: number): Promise<number> {
  const exists = async (position: number) => (await events.read(shard, position - 1, 1)).length > 0;
  let there = 0;
  let beyond = 1;
  while (await exists(beyond)) {
    there = beyond;
    beyond *= 2;
  }
  while (beyond - there > 1) {
    const middle = Math.floor((there + beyond) / 2);
    if (await exists(middle)) there = middle;
    else beyond = middle;
  }
  return there;
}
