import { type Table, table } from "@ego/runtime/codegen";
import { createTables, type Page, tableReader, tableStore, type VersionedState } from "@ego/runtime/kysely";
import { sqliteDialect } from "@ego/runtime/sqlite";
import { type ColumnType, Kysely, type Selectable } from "kysely";
import { expect, expectTypeOf, test } from "vitest";
import { type InventoryDatabase, inventoryItemsTable } from "../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import type { InventoryItem } from "../../examples/inventory/src/gen/shop/v1/inventory_pb.ts";
import { type Entry, EntrySchema } from "../domain/gen/ledger/v1/ledger_pb.ts";

interface EntriesTable {
  tenant: string;
  number: ColumnType<number | bigint | string, number | bigint>;
  owner: string;
  label: string | null;
}

/** A user's database: tables of ego's, and others. */
interface Database extends InventoryDatabase {
  entries: EntriesTable;
  users: { id: string };
}

const entriesTable: Table<"entries", Entry, ["tenant", "number"], ["owner", "label"] | ["label"]> = table({
  seam: 1,
  name: "entries",
  kind: "read-model",
  message: EntrySchema,
  key: ["tenant", "number"],
  columns: { tenant: "tenant", number: "number", owner: "owner", label: "label" },
  indexes: [
    { name: "entries_owner", fields: ["owner", "label"] },
    { name: "entries_label", fields: ["label"] },
  ],
});

const open = () => new Kysely<Database>({ dialect: sqliteDialect({ filename: ":memory:" }) });

test("a reader of states knows the key, and gives state and revision", async () => {
  await using db = open();
  const items = tableReader(db, inventoryItemsTable);
  expectTypeOf(items.find).parameters.toEqualTypeOf<[string]>();
  expectTypeOf(items.find).returns.resolves.toEqualTypeOf<VersionedState<InventoryItem> | undefined>();
  expectTypeOf(items.list).returns.resolves.toEqualTypeOf<Page<VersionedState<InventoryItem>>>();
  expectTypeOf(items.fromRow).parameters.toEqualTypeOf<[Selectable<InventoryDatabase["inventory_items"]>]>();
  expectTypeOf(items.fromRow).returns.toEqualTypeOf<InventoryItem>();
  await createTables(db, [inventoryItemsTable, entriesTable]);
  expect(await items.find("pen")).toBeUndefined();
  expect(await items.list({ where: { sku: "pen" } })).toEqual({ rows: [] });
});

test("a store of a read model takes the message, and the key as an object of its fields", async () => {
  await using db = open();
  await createTables(db, [entriesTable]);
  const entries = tableStore(db, entriesTable);
  expectTypeOf(entries.upsert).parameters.toEqualTypeOf<[Entry]>();
  expectTypeOf(entries.find).parameter(0).toEqualTypeOf<{ readonly tenant: string; readonly number: number }>();
  expectTypeOf(entries.find).returns.resolves.toEqualTypeOf<Entry | undefined>();
  for (const query of [
    {},
    { where: { tenant: "a" } },
    { where: { tenant: "a", number: 1 } },
    { where: { owner: "a" } },
    { where: { owner: "a", label: null } },
    { where: { label: null } },
  ] satisfies Parameters<typeof entries.list>[0][]) {
    expect(await entries.list(query)).toEqual({ rows: [] });
  }
});

test("a transaction will do", async () => {
  await using db = open();
  await createTables(db, [entriesTable]);
  await db.transaction().execute(async (tx) => {
    const entries = tableStore(tx, entriesTable);
    expect(await entries.delete({ tenant: "a", number: 1 })).toBe(false);
  });
});
