import { PostgresArray } from "./postgres-array.ts";
import type { PostgresValue } from "./postgres-driver.ts";
import type { SqlBatch } from "./sql-batch.ts";

/** Packs a batch as the parameters of `ego_append`. */
export function packBatch({ appends, ids, shards, places, verified }: SqlBatch): readonly PostgresValue[] {
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

  for (const [at, { append }] of appends.entries()) {
    const { entityId, events, metadata, recordedAt } = append;
    const { shard, offset: last } = places[at] as { shard: number; offset: number };
    const type = ids.get(append.entityType) as number;
    let offset = last - events.length;
    let revision = append.expectedRevision;
    let commandId: string | null = append.commandId;
    for (const event of events) {
      atShard.push(shard + 1);
      atOffset.push(++offset);
      types.push(type);
      entityIds.push(entityId);
      revisions.push(++revision);
      eventTypes.push(ids.get(event.type) as number);
      payloads.push(event.payload);
      metadatas.push(metadata);
      recorded.push(recordedAt);
      commandIds.push(commandId);
      commandId = null;
    }
  }

  return [
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
  ];
}
