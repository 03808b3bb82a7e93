import type { Kysely } from "kysely";
import type { InventoryDatabase } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";

export async function query(db: Kysely<InventoryDatabase>): Promise<void> {
  // error at 49: TS2769: No overload matches this call.
  await db.selectFrom("inventory_items").select("onHand").execute();
}
