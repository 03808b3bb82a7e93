import { tableReader } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";
import { inventoryItemsTable } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";

export async function read(db: Kysely<{ users: { id: string } }>): Promise<void> {
  // error at 25: TS2379: Argument of type 'Table<"inventory_items", InventoryItem, ["sku"], never>' is not assignable to parameter of type 'Table<"users", InventoryItem, ["sku"], never>' with 'exactOptionalPropertyTypes: true'. Consider adding 'undefined' to the types of the target's properties.
  await tableReader(db, inventoryItemsTable).find("pen");
}
