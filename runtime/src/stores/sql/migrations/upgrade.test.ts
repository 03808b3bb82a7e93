import { join } from "node:path";
import { Kysely, MysqlDialect, PostgresDialect } from "kysely";
import type { Migration } from "kysely/migration";
import { createPool } from "mysql2";
import { Pool } from "pg";
import { describe, expect, test } from "vitest";
import { mariadb } from "../../../../../test/servers/mariadb.ts";
import { postgres } from "../../../../../test/servers/postgres.ts";
import { shardOf } from "../../../journal/hash.ts";
import type { StoredVersion } from "../../../journal/state-store.ts";
import type { Store } from "../../../journal/store.ts";
import { appendOf, holesIn, readAll, temporaryFolder } from "../../testdata/appends.ts";
import { mysqlStore } from "../mysql.ts";
import { postgresStore } from "../postgres.ts";
import { formatVersion, type JournalDatabase } from "../schema.ts";
import { sqliteStore } from "../sqlite.ts";
import { openConnection } from "../sqlite-connection.ts";
import { loadSqlite } from "../sqlite-database.ts";
import { connectionDialect } from "../sqlite-dialect.ts";
import { migrate } from "./migrate.ts";
import { mysqlMigrations } from "./mysql.ts";
import { postgresMigrations } from "./postgres.ts";
import { sqliteMigrations } from "./sqlite.ts";

/** A journal as an older runtime left it. */
interface OldJournal {
  readonly migrations: Readonly<Record<string, Migration>>;
  readonly schema?: string;
  readonly db: Kysely<JournalDatabase>;
  store(): Store;
  close(): Promise<void>;
}

const databases = [
  {
    name: "SQLite",
    skipped: undefined,
    async open(): Promise<OldJournal> {
      const folder = temporaryFolder();
      const filename = join(folder.path, "old.db");
      const connection = openConnection(
        { filename, synchronous: "FULL", busyTimeoutMs: 5_000 },
        await loadSqlite("node:sqlite"),
      );
      return {
        migrations: sqliteMigrations,
        db: new Kysely({ dialect: connectionDialect(connection.database) }),
        store: () => sqliteStore({ filename }),
        async close() {
          connection.close();
          folder[Symbol.dispose]();
        },
      };
    },
  },
  {
    name: postgres.name,
    skipped: postgres.skipped,
    async open(): Promise<OldJournal> {
      const database = await postgres.open();
      const connectionString = database.url ?? "";
      const db = new Kysely<JournalDatabase>({
        dialect: new PostgresDialect({ pool: new Pool({ connectionString }) }),
      });
      await db.schema.createSchema("old").execute();
      return {
        migrations: postgresMigrations("old"),
        schema: "old",
        db,
        store: () => postgresStore({ connectionString, schema: "old" }),
        async close() {
          await db.destroy();
          await database.close();
        },
      };
    },
  },
  {
    name: mariadb.name,
    skipped: mariadb.skipped,
    async open(): Promise<OldJournal> {
      const database = await mariadb.open();
      const url = database.url ?? "";
      const db = new Kysely<JournalDatabase>({ dialect: new MysqlDialect({ pool: createPool(url) }) });
      return {
        migrations: mysqlMigrations,
        db,
        store: () => mysqlStore({ connectionString: url }),
        async close() {
          await db.destroy();
          await database.close();
        },
      };
    },
  },
] as const;

/** Durable states of the old journal: more than the migration looks at in one go. */
const states = 600;

/** Stores two versions of many durable states; the second one removes every seventh. */
async function writeStates(db: Kysely<JournalDatabase>): Promise<void> {
  const { id } = await db.selectFrom("ego_types").select("id").where("name", "=", "account").executeTakeFirstOrThrow();
  for (const revision of [1, 2]) {
    const receipts = Array.from({ length: states }, (_, n) => ({
      entity_id: `state ${n}`,
      entity_type: id,
      revision,
      removed: revision === 2 && n % 7 === 0 ? 1 : 0,
      command_id: `${n}-${revision}`,
      metadata: Buffer.from([revision]),
      recorded_at: 1_000 + n,
    }));
    await db.insertInto("ego_receipts").values(receipts).execute();
  }
  const kept = Array.from({ length: states }, (_, n) => n).filter((n) => n % 7 !== 0);
  const rows = kept.map((n) => ({
    entity_id: `state ${n}`,
    entity_type: id,
    revision: 2,
    payload: Buffer.from([n % 256]),
  }));
  await db.insertInto("ego_states").values(rows).execute();
}

/** All versions that have a place, which are to be dense. */
async function versionsIn({ events, states }: Store): Promise<readonly StoredVersion[]> {
  const after = Array.from({ length: events.shardCount }, (_, shard) => ({ shard, position: 0 }));
  const found = (await states?.readShards?.(after, 10_000)) ?? [];
  for (const [shard, versions] of Map.groupBy(found, (version) => version.shard)) {
    expect(versions.map(({ position }) => position)).toEqual(versions.map((_, n) => n + 1));
    expect(versions.every((one) => shardOf("account", one.entityId, events.shardCount) === shard)).toBe(true);
  }
  return found;
}

/** Brings an empty database to the first format, and stores two events there. */
async function writeFirstFormat({ migrations, schema, db: unscoped }: OldJournal): Promise<number> {
  const [[name, first] = expect.fail("no migration")] = Object.entries(migrations);
  const names = schema === undefined ? {} : { schema };
  const { shardCount } = await migrate(unscoped, { migrations: { [name]: first }, journal: "old", ...names });
  const db = schema === undefined ? unscoped : unscoped.withSchema(schema);
  await db
    .insertInto("ego_types")
    .values([{ name: "account" }, { name: "bank.v1.Credited" }])
    .execute();
  const types = await db.selectFrom("ego_types").select(["id", "name"]).orderBy("id").execute();
  const shard = shardOf("account", "a", shardCount);
  for (const n of [1, 2]) {
    await db
      .insertInto("ego_events")
      .values({
        shard,
        position: n,
        entity_type: types[0]?.id ?? 0,
        entity_id: "a",
        revision: n,
        event_type: types[1]?.id ?? 0,
        payload: Buffer.from([n]),
        metadata: Buffer.from([]),
        recorded_at: 1_000,
        command_id: `c-${n}`,
      })
      .execute();
  }
  return shard;
}

describe.each(databases)("a journal of the first format, in $name", ({ skipped, open }) => {
  test.skipIf(skipped !== undefined)(
    `is brought to the present one when it is opened, with all that is in it${skipped ? ` [${skipped}]` : ""}`,
    async () => {
      const old = await open();
      const shard = await writeFirstFormat(old);
      const scoped = old.schema === undefined ? old.db : old.db.withSchema(old.schema);
      const formatOf = () => scoped.selectFrom("ego_meta").select("value").where("name", "=", "format").execute();
      expect(await formatOf()).toEqual([{ value: "1" }]);

      for (let opened = 0; opened < 2; opened++) {
        const store = old.store();
        await store.open?.([]);
        const { events, snapshots } = store;
        expect(await events.load("account", "a")).toMatchObject(
          [1, 2].map((n) => ({ revision: n, position: n, payload: Uint8Array.of(n), commandId: `c-${n}` })),
        );
        const snapshot = { entityType: "account", entityId: "a", schemaHash: "00c0ffee00c0ffee", recordedAt: 5 };
        await snapshots?.save([{ ...snapshot, revision: 2, payload: Uint8Array.of(7) }]);
        expect(await snapshots?.load("account", "a")).toMatchObject({ revision: 2, payload: Uint8Array.of(7) });
        await store.close?.();
      }

      expect(await formatOf()).toEqual([{ value: String(formatVersion) }]);
      const store = old.store();
      await store.open?.([]);
      const { events } = store;
      await events.removePayloads?.("account", "a", { from: 1, to: 1, toPosition: 2 });
      expect(await events.append([appendOf("a", 2, { shard })])).toEqual([{ stored: true, position: 3 }]);
      const all = await readAll(events);
      expect(all.map(({ payload }) => payload !== null)).toEqual([false, true, true]);
      expect(holesIn(all)).toEqual([]);
      await store.close?.();
      await old.close();
    },
    60_000,
  );

  test.skipIf(skipped !== undefined)(
    `gives the latest versions of durable states their places${skipped ? ` [${skipped}]` : ""}`,
    async () => {
      const old = await open();
      await writeFirstFormat(old);
      await writeStates(old.schema === undefined ? old.db : old.db.withSchema(old.schema));
      const store = old.store();
      await store.open?.([]);

      const versions = await versionsIn(store);
      const summary = (n: number) => [`state ${n}`, 2, n % 7 === 0 ? "removed" : "state", `${n}-2`, 1_000 + n];
      expect(
        versions
          .map(({ entityId, revision, kind, commandId, recordedAt }) => [
            entityId,
            revision,
            kind,
            commandId,
            recordedAt,
          ])
          .toSorted(),
      ).toEqual(Array.from({ length: states }, (_, n) => summary(n)).toSorted());
      expect(versions.find(({ entityId }) => entityId === "state 8")?.payload).toEqual(Uint8Array.of(8));

      const { shard, position } = versions.find(({ entityId }) => entityId === "state 8") ?? expect.fail();
      const behind = versions.filter((version) => version.shard === shard).length;
      const change = { entityType: "account", entityId: "state 8", expectedRevision: 2, state: null, recordedAt: 5 };
      const nothing = new Uint8Array(0);
      const results = await store.states?.save([{ ...change, payload: nothing, metadata: nothing, commandId: "c" }]);
      expect(results).toEqual([{ stored: true, position: behind + 1 }]);
      const now = (await versionsIn(store)).filter((version) => version.shard === shard);
      expect(now[position - 1]).toMatchObject({ entityId: "state 8", revision: 2, kind: "superseded" });
      expect(now.at(-1)).toMatchObject({ entityId: "state 8", revision: 3, kind: "removed" });
      await store.close?.();
      await old.close();
    },
    60_000,
  );
});

test.skipIf(mariadb.skipped !== undefined)(
  `a migration that was cut off, where each statement is committed by itself, gives the other states their places${mariadb.skipped ? ` [${mariadb.skipped}]` : ""}`,
  async () => {
    const old = await databases[2].open();
    const { db } = old;
    await writeFirstFormat(old);
    await writeStates(db);
    const names = Object.keys(mysqlMigrations);
    const before = names.slice(0, names.indexOf("0004_state_positions"));
    const migrations = Object.fromEntries(before.map((name) => [name, mysqlMigrations[name] as Migration]));
    await migrate(db, { migrations, journal: "old" });
    await db.schema.alterTable("ego_receipts").addColumn("shard", "integer").addColumn("position", "bigint").execute();
    const placed = ["state 1", "state 2", "state 3"].map((id) => [id, shardOf("account", id, 256)] as const);
    for (const [id, shard] of placed) {
      await db
        .updateTable("ego_receipts")
        .set({ shard, position: 1 + placed.filter(([other, its]) => its === shard && other < id).length })
        .where("entity_id", "=", id)
        .where("revision", "=", 2)
        .execute();
    }
    const store = old.store();
    await store.open?.([]);
    const versions = await versionsIn(store);
    expect(new Set(versions.map(({ entityId }) => entityId)).size).toBe(states);
    for (const [id, shard] of placed) {
      const earlier = placed.filter(([other, its]) => its === shard && other < id).length;
      expect(versions.find(({ entityId }) => entityId === id)).toMatchObject({ shard, position: 1 + earlier });
    }
    await store.close?.();
    await old.close();
  },
  60_000,
);
