import { EgoError } from "../../error/ego-error.ts";
import type { Append, AppendResult, EventStore, StoredEvent } from "../../journal/event-store.ts";
import type { PostgresConnection, PostgresRow } from "./postgres-driver.ts";
import { PostgresLane, type PostgresLaneOptions } from "./postgres-lane.ts";

/** What the journal of events needs of the store. */
export interface PostgresEventsOptions extends PostgresLaneOptions {
  readonly shardCount: number;
  readonly lanes: number;
  /** The connection that reads. */
  reader(): Promise<PostgresConnection>;
}

/** The journal of events in Postgres. */
export interface PostgresEvents extends EventStore {
  close(): Promise<void>;
}

/** Opens the journal of events. */
export function openPostgresEvents(options: PostgresEventsOptions): PostgresEvents {
  const { shardCount, names, statements, reader } = options;
  const lanes = Array.from({ length: options.lanes }, () => new PostgresLane(options));

  function checkShard(shard: number): void {
    if (Number.isInteger(shard) && shard >= 0 && shard < shardCount) return;
    throw new EgoError("invalid_argument", `The journal has no shard ${shard}: it has 0 to ${shardCount - 1}.`);
  }

  async function unpack(connection: PostgresConnection, rows: readonly PostgresRow[]): Promise<StoredEvent[]> {
    const ids = new Set<number>();
    for (const row of rows) {
      ids.add(Number(row.entity_type));
      ids.add(Number(row.event_type));
    }
    const known = await names.namesOf(connection, ids);
    return rows.map((row) => ({
      shard: Number(row.shard),
      position: Number(row.position),
      entityType: known.get(Number(row.entity_type)) as string,
      entityId: String(row.entity_id),
      revision: Number(row.revision),
      type: known.get(Number(row.event_type)) as string,
      payload: bytes(row.payload),
      metadata: bytes(row.metadata),
      recordedAt: Number(row.recorded_at),
      commandId: row.command_id as string | null,
    }));
  }

  return {
    shardCount,
    async append(batch: readonly Append[]): Promise<readonly AppendResult[]> {
      for (const { shard } of batch) checkShard(shard);
      const [first] = batch;
      if (!first) return [];
      const lane = lanes[first.shard % lanes.length] as PostgresLane;
      return lane.append(batch);
    },
    async load(entityType, entityId, { from = 1, to = Number.MAX_SAFE_INTEGER, limit } = {}) {
      const connection = await reader();
      const type = await names.find(connection, entityType);
      if (type === undefined) return [];
      const most = limit === undefined ? null : Math.max(limit, 0);
      return unpack(connection, await connection.run(statements.load, [entityId, type, from, to, most]));
    },
    async read(shard, afterPosition, limit) {
      checkShard(shard);
      const connection = await reader();
      const rows = await connection.run(statements.read, [shard, afterPosition, Math.max(limit, 0)]);
      return unpack(connection, rows);
    },
    async close() {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}

/** A view of what the driver gave: a Buffer is not told from a plain array by every reader. */
function bytes(value: unknown): Uint8Array {
  const { buffer, byteOffset, byteLength } = value as Uint8Array;
  return new Uint8Array(buffer, byteOffset, byteLength);
}
