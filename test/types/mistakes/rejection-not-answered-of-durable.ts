import type { InventoryItemBehavior } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../../../examples/inventory/src/inventory.ts";

export const behavior: InventoryItemBehavior = {
  commands: {
    ...inventoryBehavior.commands,
    // error at 41: TS2339: Property 'outOfStock' does not exist on type 'Nothing'.
    addStock: (_, { reject }) => reject.outOfStock(),
  },
};
