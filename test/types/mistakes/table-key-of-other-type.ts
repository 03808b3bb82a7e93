import { tableReader } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";
import {
  type InventoryDatabase,
  inventoryItemsTable,
} from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";

export async function read(db: Kysely<InventoryDatabase>): Promise<void> {
  // error at 51: TS2345: Argument of type 'number' is not assignable to parameter of type 'string'.
  await tableReader(db, inventoryItemsTable).find(5);
}
