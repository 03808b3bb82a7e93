import type { Append, AppendResult } from "../../journal/event-store.ts";
import { EntityMap } from "../entity-map.ts";
import type { Heads } from "./heads.ts";

/** An append of a batch, with where it stands in the answer. */
export interface Placed {
  readonly append: Append;
  readonly index: number;
}

/** A batch that is stored as a whole or not at all. */
export interface SqlBatch {
  readonly appends: readonly Placed[];
  /** Ids of all names that the appends use. */
  readonly ids: ReadonlyMap<string, number>;
  /** Its shards, ascending: the order in which they are locked. */
  readonly shards: readonly number[];
  /** For each append: the index of its shard, and how many events of that shard the batch has up to its last one. */
  readonly places: readonly { readonly shard: number; readonly offset: number }[];
  /** The first appends of entities whose heads are to be verified under the locks. */
  readonly verified: readonly Placed[];
}

/** Makes a batch of appends; `heads` are those that the connection wrote. */
export function batchOf(appends: readonly Placed[], ids: ReadonlyMap<string, number>, heads: Heads): SqlBatch {
  const shards = [...new Set(appends.map(({ append }) => append.shard))].sort((a, b) => a - b);
  const indexOf = new Map(shards.map((shard, index) => [shard, index]));
  const counts = shards.map(() => 0);
  const places: { shard: number; offset: number }[] = [];
  const verified: Placed[] = [];
  const seen = new EntityMap<number, true>();
  for (const placed of appends) {
    const { entityType, entityId, expectedRevision, events, shard: number } = placed.append;
    const type = ids.get(entityType) as number;
    const shard = indexOf.get(number) as number;
    const offset = (counts[shard] as number) + events.length;
    counts[shard] = offset;
    places.push({ shard, offset });
    // The key refuses a revision that is there already. What it cannot refuse is a revision that leaves a hole: for
    // that the head is read, unless this connection wrote it, or there is nothing to leave a hole behind.
    if (expectedRevision > 0 && !seen.get(type, entityId) && heads.get(type, entityId) !== expectedRevision) {
      verified.push(placed);
    }
    seen.set(type, entityId, true);
  }
  return { appends, ids, shards, places, verified };
}

/** The names that appends use: of their entities and of their events. */
export function namesIn(batch: readonly Placed[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { append } of batch) {
    names.add(append.entityType);
    for (const event of append.events) names.add(event.type);
  }
  return names;
}

/** What does not follow the append of the same entity before it in the batch. */
export interface Gap {
  readonly index: number;
  /** Index of the first append of the entity. */
  readonly after: number;
  /** The head if what comes before is stored. */
  readonly head: number;
}

/**
 * Finds the appends that can be stored, if the first of each entity can, and those that cannot. Those without events
 * are answered.
 */
export function chainsOf(
  batch: readonly Append[],
  results: AppendResult[],
): { readonly chained: readonly Placed[]; readonly gaps: readonly Gap[] } {
  const chains = new EntityMap<string, { readonly after: number; head: number; broken: boolean }>();
  const chained: Placed[] = [];
  const gaps: Gap[] = [];
  for (const [index, append] of batch.entries()) {
    const { entityType, entityId, expectedRevision, events } = append;
    if (events.length === 0) {
      results[index] = { stored: true, position: 0 };
      continue;
    }
    const chain = chains.get(entityType, entityId);
    if (chain && (chain.broken || chain.head !== expectedRevision)) {
      chain.broken = true;
      gaps.push({ index, after: chain.after, head: chain.head });
      continue;
    }
    const head = expectedRevision + events.length;
    if (chain) chain.head = head;
    else chains.set(entityType, entityId, { after: index, head, broken: false });
    chained.push({ append, index });
  }
  return { chained, gaps };
}
