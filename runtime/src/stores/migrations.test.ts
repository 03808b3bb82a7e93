import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Dialect, Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import type { TestDatabase } from "../../../test/servers/database.ts";
import { mariadb } from "../../../test/servers/mariadb.ts";
import { postgres } from "../../../test/servers/postgres.ts";
import type { TableData } from "../codegen/table.ts";
import type { EventStore } from "../journal/event-store.ts";
import type { ProjectMigrations, StoreMigrations } from "../journal/migrations.ts";
import type { Store } from "../journal/store.ts";
import { tableMigration } from "../tables/kysely.ts";
import { memoryStore } from "./memory/memory-store.ts";
import { sqliteMigrations } from "./sql/migrations/sqlite.ts";
import { mysqlStore } from "./sql/mysql.ts";
import { postgresStore } from "./sql/postgres.ts";
import { formatVersion } from "./sql/schema.ts";
import { sqliteDialect, sqliteStore } from "./sql/sqlite.ts";
import { appendOf, temporaryFolder } from "./testdata/appends.ts";
import { postgresjsDialect } from "./testdata/stores.ts";

type Migrating = Store & { readonly migrations: StoreMigrations };

/** A place for one journal, where there is none yet. */
interface Place extends AsyncDisposable {
  readonly kind: string;
  /** What names the place, and is no secret. */
  readonly text: string;
  store(): Migrating;
  /** For statements on the journal's tables, whose names begin with `prefix`. */
  dialect(): Dialect;
  readonly prefix: string;
}

interface PlaceCase {
  readonly name: string;
  readonly skipped?: string | undefined;
  place(): Promise<Place>;
}

const { skipped } = postgres;
let database: TestDatabase | undefined;
let schemas = 0;
const postgresUrl = () => database?.url ?? "";

const sqliteCase = (driver: "node:sqlite" | "better-sqlite3"): PlaceCase => ({
  name: driver,
  async place() {
    const folder = temporaryFolder();
    const filename = join(folder.path, "journal.db");
    return {
      kind: "SQLite",
      text: filename,
      store: () => sqliteStore({ filename, driver }) as Migrating,
      // No store has the file open then: any copy of SQLite will do.
      dialect: () => sqliteDialect({ filename }),
      prefix: "",
      [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
    };
  },
});

const postgresCase = (name: string, reach: () => Parameters<typeof postgresStore>[0]): PlaceCase => ({
  name,
  skipped,
  async place() {
    const schema = `migrated_${schemas++}`;
    return {
      kind: "Postgres",
      text: schema,
      store: () => postgresStore({ ...reach(), schema }),
      dialect: () => (database ?? expect.fail()).dialect(),
      prefix: `${schema}.`,
      [Symbol.asyncDispose]: async () => undefined,
    };
  },
});

const cases: readonly PlaceCase[] = [
  sqliteCase("node:sqlite"),
  sqliteCase("better-sqlite3"),
  postgresCase("pg", () => ({ connectionString: postgresUrl() })),
  postgresCase("postgres.js", () => ({ dialect: postgresjsDialect(postgresUrl()) })),
  {
    name: "mysql2",
    skipped: mariadb.skipped,
    async place() {
      const own = await mariadb.open();
      const connectionString = own.url ?? "";
      return {
        kind: "MySQL or MariaDB",
        text: new URL(connectionString).pathname,
        store: () => mysqlStore({ connectionString }),
        dialect: () => own.dialect(),
        prefix: "",
        [Symbol.asyncDispose]: () => own.close(),
      };
    },
  },
];

const entities = [inventoryItem.table];
// The same for every kind of database.
const names = Object.keys(sqliteMigrations);
const pending = names.map((name) => ({ name }));

beforeAll(async () => {
  if (skipped === undefined) database = await postgres.open();
});
afterAll(async () => database?.close());

for (const { name, skipped: reason, place } of cases) {
  describe.skipIf(reason !== undefined)(`a schema, by ${name}${reason === undefined ? "" : ` [${reason}]`}`, () => {
    test("that is not there is pending as a whole, and to look at it makes nothing", async () => {
      await using here = await place();
      const nothing = {
        store: here.kind,
        place: expect.stringContaining(here.text),
        migrations: pending,
        tables: [{ name: "inventory_items", present: false, missingIndexes: [] }],
      };
      expect(await here.store().migrations.status(entities)).toEqual(nothing);
      expect(await here.store().migrations.status(entities)).toEqual(nothing);
      if (here.kind === "SQLite") expect(existsSync(here.text)).toBe(false);
    });

    test("is made by `up`, which says what it did, and then has nothing to do", async () => {
      await using here = await place();
      const before = Date.now();
      const { applied, status } = await here.store().migrations.up(entities);

      expect(applied).toEqual(names);
      expect(status).toMatchObject({
        format: formatVersion,
        tables: [{ name: "inventory_items", present: true, missingIndexes: [] }],
      });
      const [first] = status.migrations;
      expect(first?.appliedAt).toBeGreaterThanOrEqual(before);
      expect(first?.appliedAt).toBeLessThanOrEqual(Date.now());
      expect(await here.store().migrations.up(entities)).toEqual({ applied: [], status });
      expect(await here.store().migrations.status(entities)).toEqual(status);
    });

    test("of an older format is brought up to date, and what is in it stays", async () => {
      await using here = await place();
      const older = here.store();
      await older.open?.([]);
      await older.events.append([appendOf("a", 0)]);
      await older.close?.();
      for (const table of ["snapshots", "projections", "offsets", "dead_letters", "leases", "nodes"]) {
        await run(here, `drop table ${here.prefix}ego_${table}`);
      }
      // On Postgres it goes with its columns.
      if (here.kind !== "Postgres") {
        await run(here, `drop index ego_receipts_position${here.kind === "SQLite" ? "" : " on ego_receipts"}`);
      }
      for (const column of ["shard", "position"]) {
        await run(here, `alter table ${here.prefix}ego_receipts drop column ${column}`);
      }
      if (here.kind !== "SQLite") await run(here, `delete from ${here.prefix}ego_shards where shard >= 256`);
      await run(here, `delete from ${here.prefix}ego_migration where name <> '0001_journal'`);
      await run(here, `update ${here.prefix}ego_meta set value = '1' where name = 'format'`);

      const before = await here.store().migrations.status(entities);
      expect(before).toMatchObject({ format: 1, migrations: [{ appliedAt: expect.any(Number) }, ...pending.slice(1)] });
      const { applied, status } = await here.store().migrations.up(entities);
      expect({ applied, format: status.format }).toEqual({ applied: names.slice(1), format: formatVersion });
      const newer = here.store();
      await newer.open?.([]);
      expect(await newer.events.load("account", "a")).toHaveLength(1);
      await newer.close?.();
    });

    test("is made once by many that do it at once", async () => {
      await using here = await place();
      const changes = await Promise.all(Array.from({ length: 3 }, () => here.store().migrations.up(entities)));
      expect(changes.flatMap(({ applied }) => applied)).toEqual(names);
      const [first] = changes;
      for (const { status } of changes) expect(status).toEqual(first?.status);
    });

    test("is brought up to date beside a store that is at work", async () => {
      await using here = await place();
      const store = here.store();
      await store.open?.([]);
      const { events } = store;
      const [change] = await Promise.all([here.store().migrations.up(entities), work(events)]);
      expect(change).toMatchObject({ applied: [], status: { tables: [{ present: true }] } });
      expect(await events.load("account", "a")).toHaveLength(20);
      await store.close?.();
    });

    test("has migrations of the project behind its own and before its tables, once each, in whatever version of the project", async () => {
      await using here = await place();
      const log: string[] = [];
      const {
        "1_create": create = expect.fail(),
        "2_rename": rename = expect.fail(),
        "3_fill": fill = expect.fail(),
        ...more
      } = projectOf(log);
      const first = { "1_create": create, "3_fill": fill };
      expect((await here.store().migrations.status([], first)).projectMigrations).toEqual([
        { name: "1_create" },
        { name: "3_fill" },
      ]);
      const changes = await Promise.all([1, 2].map(() => here.store().migrations.up([], first)));
      // Each of the two may be the one that has those of ego, and the one that has those of the project.
      expect(changes.flatMap(({ applied }) => applied).toSorted()).toEqual([...names, "1_create", "3_fill"]);
      expect(log).toEqual(["1_create", "3_fill"]);

      // An older version of the project, which has only one of them; and then one whose last one fails.
      const status = await here.store().migrations.status([], { "1_create": create });
      expect(status.projectMigrations?.[1]).toEqual({ name: "3_fill", appliedAt: expect.any(Number), unknown: true });
      await expect(here.store().migrations.up([], { "1_create": create })).rejects.toMatchObject({
        code: "unsupported",
        message: expect.stringMatching(/that this version of the project does not have: 3_fill\. Take the version/),
      });
      await expect(here.store().migrations.up([], { ...first, ...more })).rejects.toMatchObject({
        code: "unsupported",
        message: expect.stringMatching(/^The migration "4_half" failed on .*: the other half is missing\. /),
        details: { migration: "4_half" },
      });
      const half = run(here, `select * from ${here.prefix}project_half`);
      // MySQL and MariaDB commit statement by statement.
      await (here.kind === "MySQL or MariaDB" ? half : expect(half).rejects.toThrow("project_half"));

      // One that comes late, from another branch; and the tables, which are made where the journal is.
      const late = { ...first, "2_rename": rename };
      const { applied, status: after } = await here.store().migrations.up(entities, late);
      expect(applied).toEqual(["2_rename"]);
      expect(after).toMatchObject({
        projectMigrations: Object.keys(late)
          .toSorted()
          .map((name) => ({ name, appliedAt: expect.any(Number) })),
        tables: [{ name: "inventory_items", present: true, missingIndexes: [] }],
      });
      await run(here, `select renamed from ${here.prefix}project_notes`);
    });

    test("of a newer runtime is refused, and not changed", async () => {
      await using here = await place();
      const store = here.store();
      await store.open?.([]);
      await store.close?.();
      await run(here, `update ${here.prefix}ego_meta set value = '99' where name = 'format'`);
      const refused = {
        code: "unsupported",
        message: expect.stringContaining("has format 99, this @ego/runtime reads"),
      };
      await expect(here.store().migrations.status(entities)).rejects.toMatchObject(refused);
      await expect(here.store().migrations.up(entities)).rejects.toMatchObject(refused);
    });
  });
}

/** Migrations of a project, which log what they do. */
function projectOf(log: string[]): ProjectMigrations {
  const migration = (name: string, up: (db: Kysely<unknown>) => Promise<void>) => ({
    [name]: {
      up: async (db: Kysely<unknown>) => {
        log.push(name);
        await up(db);
      },
    },
  });
  return {
    ...migration("1_create", async (db) => {
      const tables = await tableMigration(db);
      expect(await tables.hasTable("inventory_items")).toBe(false);
      expect(await tables.hasTable("ego_meta")).toBe(true);
      await db.schema
        .createTable("project_notes")
        .addColumn("id", "integer")
        .addColumn("text", tables.types.text)
        .execute();
    }),
    ...migration("2_rename", (db) => db.schema.alterTable("project_notes").renameColumn("text", "renamed").execute()),
    ...migration("3_fill", async (db) => {
      await (db as unknown as Kysely<never>)
        .insertInto("project_notes" as never)
        .values({ id: 1, text: "t" } as never)
        .execute();
    }),
    ...migration("4_half", async (db) => {
      await db.schema.createTable("project_half").addColumn("id", "integer").execute();
      throw new Error("the other half is missing");
    }),
  };
}

async function work(events: EventStore): Promise<void> {
  for (let n = 0; n < 20; n++) {
    expect(await events.append([appendOf("a", n)])).toMatchObject([{ stored: true }]);
  }
}

async function run({ dialect }: Place, statement: string): Promise<void> {
  await using db = new Kysely<unknown>({ dialect: dialect() });
  await sql.raw(statement).execute(db);
}

test("a table that cannot hold the states is told, with what to do; one without its index gets it", async () => {
  await using here = await sqliteCase("node:sqlite").place();
  await run(here, "create table inventory_items (sku text primary key)");
  const [lacking] = (await here.store().migrations.status(entities)).tables;
  expect(lacking).toMatchObject({ present: true, problem: expect.stringContaining("By a migration: alter table") });
  await expect(here.store().migrations.up(entities)).rejects.toMatchObject({ code: "unsupported" });

  await run(here, "drop table inventory_items");
  const indexed = [{ ...inventoryItem.table, table: withIndex(inventoryItem.table.table ?? expect.fail()) }];
  await here.store().migrations.up(indexed);
  await run(here, "drop index by_title");
  const [without] = (await here.store().migrations.status(indexed)).tables;
  expect(without).toEqual({ name: "inventory_items", present: true, missingIndexes: ["by_title"] });
  const { status } = await here.store().migrations.up(indexed);
  expect(status.tables).toEqual([{ name: "inventory_items", present: true, missingIndexes: [] }]);
});

function withIndex(table: TableData): TableData {
  return { ...table, indexes: [{ name: "by_title", fields: ["title"] }] };
}

test("a store in memory has no schema", () => {
  expect(memoryStore()).not.toHaveProperty("migrations");
  expect(sqliteStore({ filename: ":memory:" })).not.toHaveProperty("migrations");
});
