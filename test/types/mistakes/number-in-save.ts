import type { InventoryItemBehavior } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../../../examples/inventory/src/inventory.ts";

export const behavior: InventoryItemBehavior = {
  commands: {
    ...inventoryBehavior.commands,
    // error at 43: TS2322: Type 'number' is not assignable to type 'bigint'.
    describeItem: (_, { save }) => save({ priceCents: 5 }),
  },
};
