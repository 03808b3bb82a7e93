import type { Kysely } from "kysely";
import type { InventoryDatabase } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";

export async function query(db: Kysely<InventoryDatabase>): Promise<void> {
  // error at 49: TS2322: Type 'number' is not assignable to type 'ValueExpression<InventoryDatabase, "inventory_items", string> | undefined'.
  await db.updateTable("inventory_items").set({ title: 5 }).execute();
}
