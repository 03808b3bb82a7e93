import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { create, type Message, toBinary } from "@bufbuild/protobuf";
import { Kysely } from "kysely";
import { describe, expect, test } from "vitest";
import type { EntityTable } from "../../codegen/entity.ts";
import type { TableData } from "../../codegen/table.ts";
import { temporaryFolder } from "../testdata/appends.ts";
import { bytesEntity, idMessage, tableEntity } from "../testdata/kinds.ts";
import { type SqliteStore, sqliteDialect, sqliteStore } from "./sqlite.ts";

const Item = idMessage("int64");
const item = tableEntity(Item, "item", { id: "item_id", title: "title" });

async function openStore(filename: string, entities: readonly EntityTable[]): Promise<SqliteStore & AsyncDisposable> {
  const store = sqliteStore({ filename });
  await store.open?.(entities);
  return { ...store, [Symbol.asyncDispose]: async () => store.close?.() };
}

function changeOf(entityId: string, expectedRevision: number, title: string | null) {
  const state = title === null ? null : create(Item, { id: BigInt(entityId), title } as never);
  return {
    entityType: "item",
    entityId,
    expectedRevision,
    state,
    payload: state === null ? new Uint8Array(0) : toBinary(Item, state),
    metadata: new Uint8Array(0),
    commandId: `${entityId}-${expectedRevision}`,
    recordedAt: 1,
  };
}

test("states are rows that plain Kysely reads, with their revision; a removed one is no row", async () => {
  using folder = temporaryFolder();
  const filename = join(folder.path, "shop.db");
  await using store = await openStore(filename, [item]);
  await store.states.save([
    changeOf("1", 0, "one"),
    changeOf("2", 0, "two"),
    changeOf("1", 1, "uno"),
    changeOf("3", 0, "x"),
  ]);
  await store.states.save([changeOf("3", 1, null)]);

  await using db = new Kysely<{ items: { item_id: number | bigint; title: string; ego_revision: number } }>({
    dialect: sqliteDialect({ filename, readOnly: true }),
  });
  expect(await db.selectFrom("items").selectAll().orderBy("item_id").execute()).toStrictEqual([
    { item_id: 1, title: "uno", ego_revision: 2 },
    { item_id: 2, title: "two", ego_revision: 1 },
  ]);
  const [table] = await db.introspection.getTables();
  expect(table?.name).not.toBe("ego_states");
  const bytes = new DatabaseSync(filename, { readOnly: true });
  expect(bytes.prepare("select count(*) as n from ego_states").get()).toMatchObject({ n: 0 });
  bytes.close();
});

describe("a table that is there already", () => {
  test.each<[string, string, string | null]>([
    [
      "with the columns, in another order",
      "create table items (title text not null, ego_revision integer not null, item_id integer primary key)",
      null,
    ],
    [
      "with a column more, that has a default",
      "create table items (item_id integer primary key, title text not null, ego_revision integer not null, extra text not null default '')",
      null,
    ],
    [
      "with a nullable column more",
      "create table items (item_id integer primary key, title text not null, ego_revision integer not null, extra text)",
      null,
    ],
    [
      "without a column",
      "create table items (item_id integer primary key, ego_revision integer not null)",
      `lacks the column "title". By a migration: alter table "items" add column "title" text not null default ''.`,
    ],
    [
      "without the revision",
      "create table items (item_id integer primary key, title text not null)",
      `lacks the column "ego_revision". By a migration: alter table "items" add column "ego_revision" integer not null default 0.`,
    ],
    [
      "with another key",
      "create table items (item_id integer, title text primary key, ego_revision integer not null)",
      `has the primary key (title); its primary key must be "item_id".`,
    ],
    [
      "with a key of two columns",
      "create table items (item_id integer, title text not null, ego_revision integer not null, primary key (item_id, title))",
      `has the primary key (item_id, title); its primary key must be "item_id".`,
    ],
    [
      "without a key",
      "create table items (item_id integer, title text not null, ego_revision integer not null)",
      `has no primary key; its primary key must be "item_id".`,
    ],
    [
      "with a column more, that needs a value",
      "create table items (item_id integer primary key, title text not null, ego_revision integer not null, extra text not null)",
      `has a column "extra" that must not be null`,
    ],
  ])("%s", async (_, ddl, refusal) => {
    using folder = temporaryFolder();
    const filename = join(folder.path, "shop.db");
    const database = new DatabaseSync(filename);
    database.exec(ddl);
    database.close();
    const store = sqliteStore({ filename });
    if (refusal !== null) {
      await expect(store.open?.([item])).rejects.toMatchObject({
        code: "unsupported",
        message: expect.stringContaining(`Table "items" of test.By_int64 ${refusal}`),
        details: { table: "items", column: expect.any(String) },
      });
      return;
    }
    await store.open?.([item]);
    expect(await store.states.save([changeOf("1", 0, "one")])).toMatchObject([{ stored: true }]);
    expect((await store.states.load("item", "1"))?.state).toMatchObject({ id: 1n, title: "one" });
    await store.close?.();
  });
});

test("names of tables and columns are only ever names", async () => {
  using folder = temporaryFolder();
  const entity = tableEntity(Item, `it"em'; drop table ego_meta; --`, { id: `order"`, title: "select" });
  await using store = await openStore(join(folder.path, "shop.db"), [entity]);
  const change = { ...changeOf("1", 0, "one"), entityType: entity.name };
  expect(await store.states.save([change])).toMatchObject([{ stored: true }]);
  expect((await store.states.load(entity.name, "1"))?.state).toMatchObject({ title: "one" });
});

test("states stored as bytes move to the table when the entity gets one", async () => {
  using folder = temporaryFolder();
  const filename = join(folder.path, "shop.db");
  const before = await openStore(filename, [bytesEntity(Item, "item")]);
  await before.states.save([changeOf("1", 0, "one"), changeOf("2", 0, "two")]);
  await before.close?.();

  await using store = await openStore(filename, [item]);
  expect(await store.states.load("item", "1")).toEqual({ revision: 1, state: changeOf("1", 0, "one").payload });
  await store.states.save([changeOf("1", 1, "uno"), changeOf("2", 1, null)]);
  expect(await store.states.load("item", "1")).toMatchObject({ revision: 2, state: { title: "uno" } });
  expect(await store.states.load("item", "2")).toEqual({ revision: 2, state: null });
});

test.each([
  ["deleted", "delete from items", `has revision 2, but table "items" holds nothing of it`],
  [
    "put back to an older version",
    "update items set ego_revision = 1",
    `has revision 2, but table "items" holds revision 1`,
  ],
])("a row that was %s by hand is data loss, not an empty state", async (_, sql, text) => {
  using folder = temporaryFolder();
  const filename = join(folder.path, "shop.db");
  await using store = await openStore(filename, [item]);
  await store.states.save([changeOf("1", 0, "one"), changeOf("1", 1, "uno")]);
  const database = new DatabaseSync(filename);
  database.exec(sql);
  database.close();
  await expect(store.states.load("item", "1")).rejects.toMatchObject({
    code: "data_loss",
    message: expect.stringContaining(text),
  });
});

test("an entity whose table was taken out of the schema is data loss, not an empty state", async () => {
  using folder = temporaryFolder();
  const filename = join(folder.path, "shop.db");
  const before = await openStore(filename, [item]);
  await before.states.save([changeOf("1", 0, "one")]);
  await before.close?.();
  await using store = await openStore(filename, [bytesEntity(Item, "item")]);
  await expect(store.states.load("item", "1")).rejects.toMatchObject({ code: "data_loss" });
});

test("a row that a constraint of the application refuses fails alone, and is named", async () => {
  using folder = temporaryFolder();
  const filename = join(folder.path, "shop.db");
  await using store = await openStore(filename, [item]);
  const database = new DatabaseSync(filename);
  database.exec("create unique index one_title on items (title)");
  database.close();
  await store.states.save([changeOf("1", 0, "one")]);

  const batch = [changeOf("2", 0, "two"), changeOf("3", 0, "one"), changeOf("4", 0, "two"), changeOf("3", 1, "three")];

  const refused = (id: string) => ({
    stored: false,
    failure: expect.objectContaining({
      code: "already_exists",
      message: expect.stringContaining(`Table "items" refused the state of item "${id}"`),
    }),
  });
  expect(await store.states.save(batch)).toMatchObject([
    { stored: true },
    refused("3"),
    refused("4"),
    // It was decided on top of the one that was refused.
    { stored: false, head: 0 },
  ]);
  expect(await store.states.load("item", "2")).toMatchObject({ revision: 1 });
  expect(await store.states.load("item", "3")).toBeUndefined();
  expect(await store.states.save([changeOf("3", 0, "three")])).toMatchObject([{ stored: true }]);
});

test("a unique index of the table is created with it, and refuses a state by its name", async () => {
  using folder = temporaryFolder();
  const filename = join(folder.path, "shop.db");
  const indexes = [{ name: "items_title", fields: ["title"], unique: true }];
  const indexed = { ...item, table: { ...(item.table as TableData), indexes } };
  await using store = await openStore(filename, [indexed]);

  const results = await store.states.save([
    changeOf("1", 0, "one"),
    changeOf("2", 0, "one"),
    changeOf("3", 0, "three"),
  ]);

  expect(results).toMatchObject([
    { stored: true },
    { stored: false, failure: { code: "already_exists", details: { table: "items", entity: "item", entityId: "2" } } },
    { stored: true },
  ]);
  expect(results[1]).toHaveProperty(
    "failure.message",
    expect.stringContaining(`its unique index "items_title" (title)`),
  );
  expect(await store.states.save([changeOf("1", 1, "uno"), changeOf("2", 0, "one")])).toMatchObject([
    { stored: true },
    { stored: true },
  ]);
});

test("what another constraint of the application refuses is an invalid argument", async () => {
  using folder = temporaryFolder();
  const filename = join(folder.path, "shop.db");
  const database = new DatabaseSync(filename);
  database.exec(
    "create table items (item_id integer primary key, title text not null check (title <> 'x'), ego_revision integer not null)",
  );
  database.close();
  await using store = await openStore(filename, [item]);

  expect(await store.states.save([changeOf("1", 0, "x"), changeOf("2", 0, "y")])).toMatchObject([
    {
      stored: false,
      failure: { code: "invalid_argument", message: expect.stringContaining("CHECK constraint failed") },
    },
    { stored: true },
  ]);
});

test("fields of a state that have no column are kept beside it", async () => {
  using folder = temporaryFolder();
  const filename = join(folder.path, "shop.db");
  const table: TableData = { ...(item.table as TableData), columns: { id: "item_id" } };
  await using store = await openStore(filename, [{ ...item, table }]);
  await store.states.save([changeOf("1", 0, "one")]);

  expect(await store.states.load("item", "1")).toMatchObject({ revision: 1, state: { id: 1n, title: "one" } });
});

test("a table with sensitive columns is refused, since it would keep them in clear", async () => {
  using folder = temporaryFolder();
  const table: TableData = { ...(item.table as TableData), sensitive: ["title"] };
  await expect(openStore(join(folder.path, "shop.db"), [{ ...item, table }])).rejects.toMatchObject({
    code: "unsupported",
    message: expect.stringContaining("has sensitive columns, of title"),
  });
});

test("a state that is not the entity's is refused alone", async () => {
  using folder = temporaryFolder();
  await using store = await openStore(join(folder.path, "shop.db"), [item]);
  const wrong: Message = create(Item, { id: 5n } as never);
  const results = await store.states.save([changeOf("1", 0, "one"), { ...changeOf("2", 0, "two"), state: wrong }]);

  expect(results).toMatchObject([{ stored: true }, { stored: false, failure: { code: "invalid_argument" } }]);
  expect(await store.states.load("item", "2")).toBeUndefined();
});
