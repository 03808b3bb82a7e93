import type { Kysely } from "kysely";
import type { InventoryDatabase } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";

export async function query(db: Kysely<InventoryDatabase>): Promise<void> {
  await db
    .insertInto("inventory_items")
    // error at 74: TS2353: Object literal may only specify known properties, and 'ego_revision' does not exist in type 'InsertExpression<InventoryDatabase, "inventory_items">'.
    .values({ sku: "apple", title: "Apple", on_hand: 1, price_cents: 1n, ego_revision: 1 })
    .execute();
}
