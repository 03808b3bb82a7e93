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
import type { LotsTable, WarehouseDatabase } from "./gen/golden/shop/v1/warehouse_ego.ts";
import { delivery, lot, lotsTable } from "./gen/golden/shop/v1/warehouse_ego.ts";
import { LotSchema } from "./gen/golden/shop/v1/warehouse_pb.ts";

// The tables of all files are one database.
const db = new Kysely<DepotDatabase & InventoryDatabase & WarehouseDatabase>({
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

test("a column has the name of its option, and is bytes where it is binary or encrypted", () => {
  type Row = Selectable<LotsTable>;
  expectTypeOf<Row["ean"]>().toEqualTypeOf<string | null>();
  expectTypeOf<Row>().not.toHaveProperty("barcode");
  expectTypeOf<Row["dimensions"]>().toEqualTypeOf<Uint8Array | null>();
  expectTypeOf<Row["boxes"]>().toEqualTypeOf<Uint8Array>();
  expectTypeOf<Row["sender"]>().toEqualTypeOf<Uint8Array | null>();
  const query = db.selectFrom("lots").select("lot_number").where("ean", "=", "4006381333931").compile();
  expect(query.sql).toBe('select "lot_number" from "lots" where "ean" = ?');
});

test("fields without a column share one, which is written by nobody but ego", () => {
  expectTypeOf<LotsTable>().not.toHaveProperty("notes");
  expectTypeOf<LotsTable>().not.toHaveProperty("origin");
  expectTypeOf<Selectable<LotsTable>["ego_rest"]>().toEqualTypeOf<Uint8Array | null>();
  expectTypeOf<Insertable<LotsTable>>().not.toHaveProperty("ego_rest");
  expectTypeOf<InventoryItemsTable>().not.toHaveProperty("ego_rest");
});

test("a table as data has its indexes, and its type knows their fields", () => {
  expect(lotsTable).toEqual({
    seam: 1,
    name: "lots",
    kind: "state",
    message: LotSchema,
    key: ["lotNumber"],
    columns: {
      lotNumber: "lot_number",
      warehouse: "warehouse",
      arrivedAt: "arrived_at",
      barcode: "ean",
      dimensions: "dimensions",
      boxes: "boxes",
      sender: "sender",
      customerId: "customer_id",
    },
    binary: ["dimensions", "boxes"],
    sensitive: ["sender"],
    subject: "customerId",
    indexes: [
      { name: "lots_warehouse_arrived_at", fields: ["warehouse", "arrivedAt"] },
      { name: "lot_by_barcode", fields: ["barcode"], unique: true },
    ],
  });
  type Types = NonNullable<typeof lotsTable.types>;
  expectTypeOf<Types["key"]>().toEqualTypeOf<["lotNumber"]>();
  expectTypeOf<Types["index"]>().toEqualTypeOf<["warehouse", "arrivedAt"] | ["barcode"]>();
});

test("an entity as data says what is sensitive in its messages, also in those that they hold, and whose it is", () => {
  expect(lot.table.sensitive).toEqual({
    "golden.shop.v1.Lot": { fields: ["sender", "origin.street"], subject: "customerId" },
    "golden.shop.v1.ReceiveLot": { fields: ["sender"] },
  });
  const of = { fields: ["recipient", "address.street"], subject: "customerId" };
  expect(delivery.table.sensitive).toEqual({
    "golden.shop.v1.Delivery": of,
    "golden.shop.v1.SendParcel": of,
    "golden.shop.v1.ParcelSent": of,
    "golden.shop.v1.HandedOver": { fields: ["signature"], subject: "customerId" },
  });
  expect(inventoryItem.table).not.toHaveProperty("sensitive");
});
