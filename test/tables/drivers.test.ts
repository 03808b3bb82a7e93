import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { create, type Message, toBinary } from "@bufbuild/protobuf";
import { type Dialect, MysqlDialect, PostgresDialect, SqliteDialect, sql } from "kysely";
import { createPool, type PoolOptions } from "mysql2";
import { Pool, type PoolConfig, types as pgTypes } from "pg";
import { describe, expect, test } from "vitest";
import { Kinds } from "../../runtime/src/stores/testdata/kinds.ts";
import { postgresjsDialect } from "../../runtime/src/stores/testdata/stores.ts";
import { EntrySchema } from "../domain/gen/ledger/v1/ledger_pb.ts";
import type { Database, TestDatabase } from "../servers/database.ts";
import { mariadb } from "../servers/mariadb.ts";
import { postgres } from "../servers/postgres.ts";
import { benchOn } from "./bench.ts";
import type { Bench } from "./checks.ts";
import { realStores } from "./stores.ts";
import { created, entries, tableOf } from "./tables.ts";

// What comes out does not hang on how the user's pool is set.

/** A dialect whose driver rounds integers as better-sqlite3 does. */
function roundingSqlite(): Dialect {
  const database = new DatabaseSync(":memory:");
  const rounded = (value: unknown) => (typeof value === "bigint" ? Number(value) : value);
  return new SqliteDialect({
    database: {
      close: () => database.close(),
      prepare(text) {
        const statement = database.prepare(text);
        statement.setReadBigInts(true);
        const all = (parameters: readonly unknown[]) => statement.all(...(parameters as SQLInputValue[]));
        return {
          reader: statement.columns().length > 0,
          run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
          all: (parameters) =>
            all(parameters).map((row) =>
              Object.fromEntries(Object.entries(row).map(([name, value]) => [name, rounded(value)])),
            ),
          *iterate(parameters) {
            yield* all(parameters);
          },
        };
      },
    },
  });
}

test("a driver of SQLite that rounds integers gives exact values", async () => {
  await using bench = benchOn(roundingSqlite, "sqlite", realStores);
  await expectExact(bench);
});

const extremes = create(Kinds, {
  id: "x",
  int64: 2n ** 63n - 1n,
  sint64: -(2n ** 63n),
  maybeInt64: 2n ** 53n + 1n,
  uint64: 2n ** 64n - 1n,
  uint32: 2 ** 32 - 1,
  double: 0.1 + 0.2,
  maybeDouble: 5e-324,
  float: 3.4028234663852886e38,
  bytes: Uint8Array.of(0, 255),
  bool: true,
  happenedAt: { seconds: 253_402_300_799n, nanos: 999_999_999 },
} as never) as Message;

async function withBench(
  family: Bench["family"],
  database: TestDatabase,
  dialect: () => Dialect,
  run: (bench: Bench) => Promise<void>,
) {
  await using _ = database;
  await using bench = benchOn(dialect, family, realStores);
  await run(bench);
}

async function expectExact(bench: Bench): Promise<void> {
  const table = await created(
    bench,
    tableOf(bench, Kinds, { key: ["int64"], indexes: [{ name: "by_sint64", fields: ["sint64"] }] }),
  );
  const store = bench.stores.store(bench.db, table);
  await store.upsert(extremes);
  const found = [
    await store.find(2n ** 63n - 1n),
    (await store.list()).rows[0],
    (await store.list({ where: { sint64: -(2n ** 63n) } })).rows[0],
  ];
  for (const row of found) expect(hexOf(row as Message)).toBe(hexOf(extremes));
  await store.upsert({ ...extremes, int64: 2n ** 63n - 2n } as Message);
  const { next } = await store.list({ limit: 1 });
  expect((await store.list({ limit: 1, after: next })).rows).toHaveLength(1);
}

function hexOf(message: Message): string {
  return Buffer.from(toBinary(Kinds, message)).toString("hex");
}

describe.skipIf(mariadb.skipped !== undefined)(titled("mysql2", mariadb), () => {
  const on = async (options: PoolOptions, run: (bench: Bench) => Promise<void>) => {
    const database = await mariadb.open();
    await withBench(
      "mysql",
      database,
      () => new MysqlDialect({ pool: createPool({ uri: database.url ?? "", ...options }) }),
      run,
    );
  };

  test.each<PoolOptions>([
    {},
    { supportBigNumbers: true },
    { supportBigNumbers: true, bigNumberStrings: true },
    { dateStrings: true, decimalNumbers: true },
    { charset: "utf8mb4_general_ci" },
    { charset: "latin1_swedish_ci" },
  ])("gives exact values with %j", (options) => on(options, expectExact));

  test("writes nothing where the database would cut values off", () =>
    on({}, async (bench) => {
      const table = await created(bench, entries(bench));
      await bench.db.connection().execute(async (db) => {
        await sql`set session sql_mode = ''`.execute(db);
        const refused = { code: "unsupported", message: expect.stringContaining("is not strict") };
        await expect(bench.stores.store(db, table).upsert(create(EntrySchema, { tenant: "a" }))).rejects.toMatchObject(
          refused,
        );
        await sql`set session sql_mode = 'TRADITIONAL'`.execute(db);
        await bench.stores.store(db, table).upsert(create(EntrySchema, { tenant: "a" }));
      });
    }));

  test("refuses a table whose keys are equal when they are not the same", () =>
    on({}, async (bench) => {
      const table = entries(bench, { key: ["tenant"], columns: { tenant: "tenant" } });
      await sql`create table ${sql.table(table.name)} (tenant varchar(255) character set utf8mb4 collate utf8mb4_general_ci primary key)`.execute(
        bench.db,
      );
      const refusal = await created(bench, table).then(
        () => "",
        (failure: Error) => failure.message,
      );
      expect(refusal).toContain(`compares the column "tenant" by a collation for which different texts are equal`);
      await sql.raw(refusal.slice(refusal.indexOf("alter table"))).execute(bench.db);
      await created(bench, table);
    }));

  test("creates no tables within a transaction, which that would commit", () =>
    on({}, async (bench) => {
      const creating = bench.db.transaction().execute((tx) => bench.stores.createTables(tx, [entries(bench)]));
      await expect(creating).rejects.toThrow("call createTables outside of it");
    }));

  test("overwrites rows of many programs without a deadlock", () =>
    on({}, async (bench) => {
      const name = bench.tableName();
      const indexes = [
        { name: `${name}_u`, fields: ["serial"], unique: true },
        { name: `${name}_o`, fields: ["owner"] },
      ];
      const table = await created(bench, entries(bench, { name, indexes }));
      const store = bench.stores.store(bench.db, table);
      for (let round = 0; round < 10; round++) {
        const row = (n: number) =>
          create(EntrySchema, { tenant: "t", number: n % 5, serial: BigInt(n % 5), owner: `${n}` });
        await Promise.all(Array.from({ length: 40 }, (_, n) => store.upsert(row(n))));
      }
      expect((await store.list()).rows).toHaveLength(5);
    }));
});

describe.skipIf(postgres.skipped !== undefined)(titled("pg", postgres), () => {
  const on = async (options: object, run: (bench: Bench) => Promise<void>) => {
    const database = await postgres.open();
    await withBench(
      "postgres",
      database,
      () => new PostgresDialect({ pool: poolOf({ connectionString: database.url, ...options }) }),
      run,
    );
  };

  test.each([
    ["as it is", {}],
    ["whose integers of 64 bits are bigints", { types: { getTypeParser: parserOf(20, BigInt) } }],
    ["whose integers of 64 bits are rounded numbers", { types: { getTypeParser: parserOf(20, Number) } }],
    ["whose doubles are text", { types: { getTypeParser: parserOf(701, String) } }],
  ])("gives exact values %s", (_, options) => on(options, expectExact));

  test("creates tables within a transaction, and rolls them back", () =>
    on({}, async (bench) => {
      const table = entries(bench);
      const failed = bench.db.transaction().execute(async (tx) => {
        await bench.stores.createTables(tx, [table]);
        throw new Error("no");
      });
      await expect(failed).rejects.toThrow("no");
      expect(await bench.db.introspection.getTables()).toEqual([]);
      await created(bench, table);
    }));
});

test.skipIf(postgres.skipped !== undefined)(`${titled("postgres.js", postgres)} gives exact values`, async () => {
  const database = await postgres.open();
  await withBench("postgres", database, () => postgresjsDialect(database.url ?? ""), expectExact);
});

/** A pool whose connections may still be closing when their database is dropped. */
function poolOf(options: PoolConfig): Pool {
  return new Pool(options).on("error", () => undefined);
}

/** pg's own parsers, but for one type. */
function parserOf(type: number, parse: (text: string) => unknown) {
  return (oid: number, format: "text" | "binary") =>
    oid === type ? parse : (pgTypes.getTypeParser as (oid: number, format: string) => unknown)(oid, format);
}

/** The name of one that cannot be had here says why. */
function titled(driver: string, { skipped }: Database): string {
  return skipped === undefined ? driver : `${driver} [${skipped}]`;
}
