import type { InventoryItemBehavior } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../../../examples/inventory/src/inventory.ts";

export const behavior: InventoryItemBehavior = {
  ...inventoryBehavior,
  // error at 3: TS2353: Object literal may only specify known properties, and 'events' does not exist in type 'InventoryItemBehavior'.
  events: {},
};
