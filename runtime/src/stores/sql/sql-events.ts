import { EgoError } from "../../error/ego-error.ts";
import type { Append, AppendResult, EventStore, StoredEvent } from "../../journal/event-store.ts";
import type { SqlConnection } from "./sql-driver.ts";
import type { ProjectInline } from "./sql-inline.ts";
import type { EntityKey, SqlRows } from "./sql-journal.ts";
import { SqlLane, type SqlLaneOptions } from "./sql-lane.ts";
import type { PinnedConnection } from "./sql-pinned.ts";
import { plainBytes, plainText } from "./sql-values.ts";

/** What the journal of events needs of the store. */
export interface SqlEventsOptions<Connection extends SqlConnection> extends SqlLaneOptions<Connection> {
  readonly shardCount: number;
  readonly lanes: number;
  readonly reading: PinnedConnection<Connection>;
  /** Writes what is not an append. */
  readonly keeping: PinnedConnection<Connection>;
}

/** The journal of events in a database with connections. */
export interface SqlEvents extends Required<Omit<EventStore, "missingLocks">> {
  /** @param inline what is done with what is stored, in the same transaction */
  append(batch: readonly Append[], inline?: ProjectInline): Promise<readonly AppendResult[]>;
  close(): Promise<void>;
}

/** Opens the journal of events. */
export function openSqlEvents<Connection extends SqlConnection>(options: SqlEventsOptions<Connection>): SqlEvents {
  const { shardCount, names, journal, reading, keeping } = options;
  const lanes = Array.from({ length: options.lanes }, () => new SqlLane(options));

  function checkShard(shard: number): void {
    if (Number.isInteger(shard) && shard >= 0 && shard < shardCount) return;
    throw new EgoError("invalid_argument", `The journal has no shard ${shard}: it has 0 to ${shardCount - 1}.`);
  }

  /** @param of whose they are, where the rows do not say it */
  async function unpack(
    connection: Connection,
    rows: SqlRows,
    of?: { readonly entityType: string; readonly entityId: string },
  ): Promise<StoredEvent[]> {
    const ids = new Set<number>();
    for (const row of rows) {
      if (!of) ids.add(Number(row.entity_type));
      ids.add(Number(row.event_type));
    }
    const known = await names.namesOf(connection, ids);
    return rows.map((row) => ({
      shard: Number(row.shard),
      position: Number(row.position),
      entityType: of?.entityType ?? (known.get(Number(row.entity_type)) as string),
      entityId: of?.entityId ?? plainText(row.entity_id),
      revision: Number(row.revision),
      type: known.get(Number(row.event_type)) as string,
      payload: row.payload === null ? null : plainBytes(row.payload),
      metadata: plainBytes(row.metadata),
      recordedAt: Number(row.recorded_at),
      commandId: row.command_id === null ? null : plainText(row.command_id),
    }));
  }

  return {
    shardCount,
    lanes: lanes.length,
    async append(batch, inline) {
      for (const { shard } of batch) checkShard(shard);
      const [first] = batch;
      if (!first) return [];
      const lane = lanes[first.shard % lanes.length] as SqlLane<Connection>;
      return lane.append(batch, inline);
    },
    load(entityType, entityId, { from = 1, to = Number.MAX_SAFE_INTEGER, limit } = {}) {
      return reading.run(async (connection) => {
        const type = await names.find(connection, entityType);
        if (type === undefined) return [];
        const most = limit === undefined ? null : Math.max(limit, 0);
        const rows = await journal.load(connection, { type, id: entityId }, from, to, most);
        return unpack(connection, rows, { entityType, entityId });
      });
    },
    loadPayloads(entityType, entityId, { from = 1, to = Number.MAX_SAFE_INTEGER, limit } = {}) {
      return reading.run(async (connection) => {
        const type = await names.find(connection, entityType);
        if (type === undefined) return [];
        const most = limit === undefined ? null : Math.max(limit, 0);
        const rows = await journal.loadPayloads(connection, { type, id: entityId }, from, to, most);
        const known = await names.namesOf(connection, new Set(rows.map((row) => Number(row.event_type))));
        return rows.map((row) => ({
          entityId,
          revision: Number(row.revision),
          type: known.get(Number(row.event_type)) as string,
          payload: row.payload === null ? null : plainBytes(row.payload),
        }));
      });
    },

    heads(entities) {
      return reading.run(async (connection) => {
        const heads = entities.map(() => 0);
        const keys: (EntityKey & { readonly at: number })[] = [];
        for (const [at, { entityType, entityId }] of entities.entries()) {
          const type = await names.find(connection, entityType);
          if (type !== undefined) keys.push({ type, id: entityId, at });
        }
        if (keys.length === 0) return heads;
        for (const [index, head] of (await journal.heads(connection, keys)).entries()) {
          heads[keys[index]?.at as number] = head;
        }
        return heads;
      });
    },
    async read(shard, afterPosition, limit) {
      checkShard(shard);
      return reading.run(async (connection) =>
        unpack(connection, await journal.read(connection, shard, afterPosition, Math.max(limit, 0))),
      );
    },
    removePayloads(entityType, entityId, range) {
      return keeping.run(async (connection) => {
        const type = await names.find(connection, entityType);
        if (type !== undefined) await journal.removePayloads(connection, { type, id: entityId }, range);
      });
    },

    async readShards(after, limit) {
      for (const { shard } of after) checkShard(shard);
      if (after.length === 0) return [];
      return reading.run(async (connection) =>
        unpack(connection, await journal.readShards(connection, after, Math.max(limit, 0))),
      );
    },
    lastPositions: () => reading.run((connection) => journal.lastPositions(connection, shardCount)),
    async close() {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}
