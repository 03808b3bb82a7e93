import type { InventoryItemBehavior } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../../../examples/inventory/src/inventory.ts";

export const behavior: InventoryItemBehavior = {
  commands: {
    ...inventoryBehavior.commands,
    // error at 21: TS2339: Property 'emit' does not exist on type 'ChangeContext<InventoryItem, Nothing>'.
    addStock: (_, { emit }) => emit.stockAdded(),
  },
};
