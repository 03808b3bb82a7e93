import type { Kysely } from "kysely";
import { type ElementType, PostgresArray } from "./postgres-array.ts";
import { packBatch } from "./postgres-batch.ts";
import type { PostgresConnection } from "./postgres-driver.ts";
import { journalStatements } from "./postgres-statements.ts";
import type { JournalDatabase } from "./schema.ts";
import type { Placed, SqlBatch } from "./sql-batch.ts";
import { type Appended, andThen, type EntityKey, orStale, type SnapshotRow, type SqlJournal } from "./sql-journal.ts";

/** A journal in a schema of Postgres: an append is one call, with arrays. */
export function postgresJournal(db: Kysely<JournalDatabase>, schema: string): SqlJournal<PostgresConnection> {
  const statements = journalStatements(db, schema);
  async function append(connection: PostgresConnection, batch: SqlBatch): Promise<Appended> {
    const [row] = await connection.run(statements.append, packBatch(batch));
    const refused = row?.refused as readonly unknown[] | null | undefined;
    if (refused) return { stale: refused.map((at) => batch.verified[Number(at) - 1] as Placed) };
    const base = row?.base as readonly unknown[];
    return { base: base.map(Number) };
  }
  return {
    append,
    appendWith: (connection, batch, more) =>
      orStale(
        connection.transaction(async (within, trx) => andThen(await append(within, batch), (base) => more(trx, base))),
      ),
    async heads(connection, entities) {
      const rows = await connection.run(statements.heads, [typesOf(entities), idsOf(entities)]);
      return rows.map(({ head }) => Number(head));
    },
    async stored(connection, shards, keys) {
      const rows = await connection.run(statements.stored, [
        new PostgresArray("int4", shards),
        typesOf(keys),
        idsOf(keys),
        new PostgresArray(
          "int8",
          keys.map(({ revision }) => revision),
        ),
      ]);
      return new Map(
        rows.map(({ at, place, command }) => [
          Number(at) - 1,
          { position: Number(place), commandId: command as string | null },
        ]),
      );
    },
    load: (connection, { type, id }, from, to, limit) => connection.run(statements.load, [id, type, from, to, limit]),
    loadPayloads: (connection, { type, id }, from, to, limit) =>
      connection.run(statements.loadPayloads, [id, type, from, to, limit]),
    read: (connection, shard, after, limit) => connection.run(statements.read, [shard, after, limit]),
    async removePayloads(connection, { type, id }, { from, to, toPosition }) {
      await connection.run(statements.removePayloads, [id, type, from, to, toPosition]);
    },
    async saveSnapshots(connection, snapshots) {
      const columnOf = (type: ElementType, pick: (row: SnapshotRow) => number | string | Uint8Array) =>
        new PostgresArray(type, snapshots.map(pick));
      await connection.run(statements.saveSnapshots, [
        idsOf(snapshots),
        typesOf(snapshots),
        columnOf("int8", ({ revision }) => revision),
        columnOf("text", ({ schemaHash }) => schemaHash),
        columnOf("bytea", ({ payload }) => payload),
        columnOf("int8", ({ recordedAt }) => recordedAt),
      ]);
    },
    loadSnapshot: (connection, { type, id }, to, schemaHash) =>
      connection.run(statements.loadSnapshot, [id, type, to, schemaHash]),
    async deleteSnapshots(connection, { type, id }, from, to) {
      await connection.run(statements.deleteSnapshots, [id, type, from, to]);
    },
    readShards: (connection, after, limit) =>
      connection.run(statements.readShards, [
        new PostgresArray(
          "int4",
          after.map(({ shard }) => shard),
        ),
        new PostgresArray(
          "int8",
          after.map(({ position }) => position),
        ),
        limit,
      ]),
    async lastPositions(connection, shardCount) {
      const rows = await connection.run(statements.lastPositions, [shardCount]);
      return rows.map(({ position }) => Number(position));
    },
    findNames: (connection, names) => connection.run(statements.findNames, [new PostgresArray("text", names)]),
    findIds: (connection, ids) => connection.run(statements.findIds, [new PostgresArray("int4", ids)]),
    async addNames(connection, names) {
      await connection.run(statements.addNames, [new PostgresArray("text", names)]);
    },
  };
}

function typesOf(entities: readonly EntityKey[]): PostgresArray {
  return new PostgresArray(
    "int4",
    entities.map(({ type }) => type),
  );
}

function idsOf(entities: readonly EntityKey[]): PostgresArray {
  return new PostgresArray(
    "text",
    entities.map(({ id }) => id),
  );
}
