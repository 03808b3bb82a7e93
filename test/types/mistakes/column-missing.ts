import type { Kysely } from "kysely";
import type { InventoryDatabase } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";

export async function query(db: Kysely<InventoryDatabase>): Promise<void> {
  // error at 49: TS2345: Argument of type '{ sku: string; title: string; on_hand: number; }' is not assignable to parameter of type 'InsertExpression<InventoryDatabase, "inventory_items">'.
  await db.insertInto("inventory_items").values({ sku: "apple", title: "Apple", on_hand: 1 }).execute();
}
