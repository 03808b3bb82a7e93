import type { InventoryItemBehavior } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../../../examples/inventory/src/inventory.ts";

export const behavior: InventoryItemBehavior = {
  commands: {
    ...inventoryBehavior.commands,
    // error at 22: TS2322: Type '(_: DiscontinueItem, { remove }: ChangeContext<InventoryItem, Nothing>) => () => Next' is not assignable to type '(command: DiscontinueItem, context: ChangeContext<InventoryItem, Nothing>) => Change'.
    discontinueItem: (_, { remove }) => remove,
  },
};
