import type { Kysely } from "kysely";
import type { InventoryDatabase } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";

export async function query(db: Kysely<InventoryDatabase>): Promise<void> {
  // error at 60: TS2345: Argument of type '"skus"' is not assignable to parameter of type 'ReferenceExpression<InventoryDatabase, "inventory_items">'.
  await db.selectFrom("inventory_items").selectAll().where("skus", "=", "apple").execute();
}
