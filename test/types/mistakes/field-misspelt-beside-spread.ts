import type { InventoryItemBehavior } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../../../examples/inventory/src/inventory.ts";

export const behavior: InventoryItemBehavior = {
  commands: {
    ...inventoryBehavior.commands,
    // error at 62: TS2561: Object literal may only specify known properties, but 'onHands' does not exist in type 'Fields<InventoryItem>'. Did you mean to write 'onHand'?
    addStock: (command, { state, save }) => save({ ...state, onHands: command.quantity }),
  },
};
