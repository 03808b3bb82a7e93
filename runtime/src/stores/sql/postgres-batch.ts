import type { Append } from "../../journal/event-store.ts";
import { EntityMap } from "../entity-map.ts";
import type { Heads } from "./heads.ts";
import { PostgresArray } from "./postgres-array.ts";
import type { PostgresValue } from "./postgres-driver.ts";

/** An append of a batch, with where it stands in the answer. */
export interface Placed {
  readonly append: Append;
  readonly index: number;
}

/** A batch as the parameters of one call, and what is needed to read the answer. */
export interface PackedBatch {
  readonly values: readonly PostgresValue[];
  /** For each append: the index of its shard, and how many events of that shard the batch has up to its last one. */
  readonly places: readonly { readonly shard: number; readonly offset: number }[];
  /** The entities whose heads the call verifies. */
  readonly verified: readonly Placed[];
}

/** Packs appends for `ego_append`; `ids` has an id for each name that they use. */
export function packBatch(batch: readonly Placed[], ids: ReadonlyMap<string, number>, heads: Heads): PackedBatch {
  const shards = [...new Set(batch.map(({ append }) => append.shard))].sort((a, b) => a - b);
  const indexOf = new Map(shards.map((shard, index) => [shard, index]));
  const counts = shards.map(() => 0);
  const places: { shard: number; offset: number }[] = [];
  const verified: Placed[] = [];
  const seen = new EntityMap<number, true>();
  const atShard: number[] = [];
  const atOffset: number[] = [];
  const types: number[] = [];
  const entityIds: string[] = [];
  const revisions: number[] = [];
  const eventTypes: number[] = [];
  const payloads: Uint8Array[] = [];
  const metadatas: Uint8Array[] = [];
  const recorded: number[] = [];
  const commandIds: (string | null)[] = [];

  for (const placed of batch) {
    const { append } = placed;
    const { entityId, expectedRevision, metadata, recordedAt } = append;
    const type = ids.get(append.entityType) as number;
    const shard = indexOf.get(append.shard) as number;
    let revision = expectedRevision;
    let commandId: string | null = append.commandId;
    for (const event of append.events) {
      revision++;
      counts[shard] = (counts[shard] as number) + 1;
      atShard.push(shard + 1);
      atOffset.push(counts[shard] as number);
      types.push(type);
      entityIds.push(entityId);
      revisions.push(revision);
      eventTypes.push(ids.get(event.type) as number);
      payloads.push(event.payload);
      metadatas.push(metadata);
      recorded.push(recordedAt);
      commandIds.push(commandId);
      commandId = null;
    }
    places.push({ shard, offset: counts[shard] as number });
    // The key refuses a revision that is there already. What it cannot refuse is a revision that leaves a hole: for
    // that the head is read, unless this connection wrote it, or there is nothing to leave a hole behind.
    if (expectedRevision > 0 && !seen.get(type, entityId) && heads.get(type, entityId) !== expectedRevision) {
      verified.push(placed);
    }
    seen.set(type, entityId, true);
  }

  return {
    places,
    verified,
    values: [
      new PostgresArray("int4", shards),
      new PostgresArray("int4", atShard),
      new PostgresArray("int4", atOffset),
      new PostgresArray("int4", types),
      new PostgresArray("text", entityIds),
      new PostgresArray("int8", revisions),
      new PostgresArray("int4", eventTypes),
      new PostgresArray("bytea", payloads),
      new PostgresArray("bytea", metadatas),
      new PostgresArray("int8", recorded),
      new PostgresArray("text", commandIds),
      new PostgresArray(
        "int4",
        verified.map(({ append }) => ids.get(append.entityType) as number),
      ),
      new PostgresArray(
        "text",
        verified.map(({ append }) => append.entityId),
      ),
      new PostgresArray(
        "int8",
        verified.map(({ append }) => append.expectedRevision),
      ),
    ],
  };
}

/** The names that appends use: of their entities and of their events. */
export function namesIn(batch: readonly Append[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const append of batch) {
    names.add(append.entityType);
    for (const event of append.events) names.add(event.type);
  }
  return names;
}
