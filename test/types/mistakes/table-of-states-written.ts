import { tableStore } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";
import {
  type InventoryDatabase,
  inventoryItemsTable,
} from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";

export async function write(db: Kysely<InventoryDatabase>): Promise<void> {
  // error at 24: TS2379: Argument of type 'Table<"inventory_items", InventoryItem, ["sku"], never>' is not assignable to parameter of type 'Table<never, InventoryItem, ["sku"], never>' with 'exactOptionalPropertyTypes: true'. Consider adding 'undefined' to the types of the target's properties.
  await tableStore(db, inventoryItemsTable).delete("pen");
}
