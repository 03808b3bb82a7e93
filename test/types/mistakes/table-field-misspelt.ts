import { tableReader } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";
import {
  type InventoryDatabase,
  inventoryItemsTable,
} from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";

export async function read(db: Kysely<InventoryDatabase>): Promise<void> {
  // error at 62: TS2353: Object literal may only specify known properties, and 'skew' does not exist in type '{ readonly sku: string; } & {}'.
  await tableReader(db, inventoryItemsTable).list({ where: { skew: "pen" } });
}
