import type { InventoryItemBehavior } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../../../examples/inventory/src/inventory.ts";

export const behavior: InventoryItemBehavior = {
  commands: {
    ...inventoryBehavior.commands,
    // error at 5: TS2322: Type '(command: AddStock, { state, save }: ChangeContext<InventoryItem, Nothing>) => void' is not assignable to type '(command: AddStock, context: ChangeContext<InventoryItem, Nothing>) => Change'.
    addStock(command, { state, save }) {
      save({ onHand: state.onHand + command.quantity });
    },
  },
};
