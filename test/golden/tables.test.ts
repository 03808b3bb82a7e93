import {
  DummyDriver,
  type Insertable,
  Kysely,
  type Selectable,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { expect, expectTypeOf, test } from "vitest";
import type { DepotDatabase, DepotsTable } from "../domain/gen/depot/v1/depot_ego.ts";
import { depot } from "../domain/gen/depot/v1/depot_ego.ts";
import type { InventoryDatabase, InventoryItemsTable } from "./gen/golden/shop/v1/inventory_ego.ts";
import { inventoryItem } from "./gen/golden/shop/v1/inventory_ego.ts";
import { InventoryItemSchema } from "./gen/golden/shop/v1/inventory_pb.ts";

// The tables of two files are one database.
const db = new Kysely<DepotDatabase & InventoryDatabase>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

test("columns are what the store writes: 64 bits as numbers or text, unset fields as null, messages as JSON", () => {
  type Row = Selectable<DepotsTable>;
  expectTypeOf<Row["depot_number"]>().toEqualTypeOf<number | bigint | string>();
  expectTypeOf<Row["name"]>().toEqualTypeOf<string>();
  expectTypeOf<Row["open"]>().toEqualTypeOf<number>();
  expectTypeOf<Row["serial"]>().toEqualTypeOf<string>();
  expectTypeOf<Row["plan"]>().toEqualTypeOf<Uint8Array>();
  expectTypeOf<Row["largest"]>().toEqualTypeOf<number>();
  expectTypeOf<Row["remark"]>().toEqualTypeOf<string | null>();
  expectTypeOf<Row["location"]>().toEqualTypeOf<string | null>();
  expectTypeOf<Row["gates"]>().toEqualTypeOf<string>();
  expectTypeOf<Row["stock"]>().toEqualTypeOf<string>();
  expectTypeOf<Row["phone"]>().toEqualTypeOf<string | null>();
  expectTypeOf<Row["budget_cents"]>().toEqualTypeOf<number | bigint | string | null>();
  expectTypeOf<Row["ego_revision"]>().toEqualTypeOf<number>();
});

test("32 bits without a sign are what 64 are: a database may keep them in 64", () => {
  type Wide = number | bigint | string;
  expectTypeOf<Selectable<InventoryItemsTable>["on_hand"]>().toEqualTypeOf<Wide>();
  expectTypeOf<Insertable<InventoryItemsTable>["on_hand"]>().toEqualTypeOf<number | bigint>();
});

test("the revision is read, and written by nobody but ego", () => {
  expectTypeOf<Selectable<InventoryItemsTable>["ego_revision"]>().toEqualTypeOf<number>();
  expectTypeOf<Insertable<InventoryItemsTable>>().not.toHaveProperty("ego_revision");
});

test("SQL arithmetic on a 64-bit column compiles", () => {
  const query = db
    .updateTable("inventory_items")
    .set((eb) => ({ price_cents: eb("price_cents", "+", 5n) }))
    .where("sku", "=", "apple")
    .compile();
  expect(query.sql).toBe('update "inventory_items" set "price_cents" = "price_cents" + ? where "sku" = ?');
});

test("the table as data has the columns of the interface", () => {
  expect(inventoryItem.table.table).toEqual({
    seam: 1,
    name: "inventory_items",
    kind: "state",
    message: InventoryItemSchema,
    key: ["sku"],
    columns: { sku: "sku", title: "title", onHand: "on_hand", priceCents: "price_cents" },
  });
  const columns: readonly string[] = Object.values(depot.table.table?.columns ?? {});
  const query = db
    .selectFrom("depots")
    .select(columns as (keyof DepotsTable)[])
    .compile();
  expect(query.sql).toContain('"budget_cents", "seal" from "depots"');
});
