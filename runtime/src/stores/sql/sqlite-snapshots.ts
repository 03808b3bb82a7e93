import { type Kysely, sql } from "kysely";
import type { Snapshot } from "../../journal/snapshot-store.ts";
import type { JournalDatabase } from "./schema.ts";
import type { Connection } from "./sqlite-connection.ts";
import type { Names } from "./sqlite-names.ts";
import type { Operations } from "./sqlite-protocol.ts";

/** Snapshots on one connection. Everything is synchronous: it runs in a worker. */
export interface SqliteSnapshots {
  save(batch: Operations["saveSnapshots"]["request"]): null;
  load(request: Operations["loadSnapshot"]["request"]): Snapshot | undefined;
  delete(request: Operations["deleteSnapshots"]["request"]): null;
}

/** Opens the snapshots. */
export function openSnapshots(connection: Connection, db: Kysely<JournalDatabase>, names: Names): SqliteSnapshots {
  const { insert, newest, newestOf, remove } = prepareAll(connection, db);
  return {
    save(batch) {
      const types = names.idsOf(batch.map(({ entityType }) => entityType));
      connection.transaction(() => {
        for (const [index, { entityId, revision, schemaHash, payload, recordedAt }] of batch.entries()) {
          insert.run(entityId, types[index] ?? 0, revision, schemaHash, payload, recordedAt);
        }
        return batch.length > 0;
      });
      return null;
    },
    load({ entityType, entityId, to, schemaHash }) {
      const type = names.find(entityType);
      if (type === undefined) return undefined;
      const row =
        schemaHash === undefined ? newest.get(entityId, type, to) : newestOf.get(entityId, type, to, schemaHash);
      if (row === undefined) return undefined;
      return {
        entityType,
        entityId,
        revision: Number(row.revision),
        schemaHash: String(row.schema_hash),
        payload: row.payload as Uint8Array,
        recordedAt: Number(row.recorded_at),
      };
    },
    delete({ entityType, entityId, from, to }) {
      const type = names.find(entityType);
      if (type !== undefined) connection.transaction(() => remove.run(entityId, type, from, to).changes > 0);
      return null;
    },
  };
}

function prepareAll(connection: Connection, db: Kysely<JournalDatabase>) {
  const newest = db
    .selectFrom("ego_snapshots")
    .select(["revision", "schema_hash", "payload", "recorded_at"])
    .where("entity_id", "=", "")
    .where("entity_type", "=", 0)
    .where("revision", "<=", 0)
    .orderBy("revision", "desc")
    .limit(sql.lit(1));
  return {
    newest: connection.prepare(newest),
    newestOf: connection.prepare(newest.where("schema_hash", "=", "")),
    insert: connection.prepare(
      db
        .replaceInto("ego_snapshots")
        .values({ entity_id: "", entity_type: 0, revision: 0, schema_hash: "", payload: nothing, recorded_at: 0 }),
    ),
    remove: connection.prepare(
      db
        .deleteFrom("ego_snapshots")
        .where("entity_id", "=", "")
        .where("entity_type", "=", 0)
        .where("revision", ">=", 0)
        .where("revision", "<=", 0),
    ),
  };
}

const nothing = new Uint8Array(0);
