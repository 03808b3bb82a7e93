import type { Kysely } from "kysely";
import type { InventoryDatabase } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";

export async function query(db: Kysely<InventoryDatabase>): Promise<void> {
  // error at 23: TS2345: Argument of type '"inventory_item"' is not assignable to parameter of type 'TableExpressionOrList<InventoryDatabase, never>'.
  await db.selectFrom("inventory_item").selectAll().execute();
}
