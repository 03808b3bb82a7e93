import type { InventoryItemBehavior } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";

export const behavior: InventoryItemBehavior = {
  // error at 3: TS2739: Type '{ addStock: (command: AddStock, { state, save }: ChangeContext<InventoryItem, Nothing>) => Next; discontinueItem: (_: DiscontinueItem, { remove }: ChangeContext<...>) => Next; }' is missing the following properties from type 'InventoryItemHandlers': describeItem, takeStock
  commands: {
    addStock: (command, { state, save }) => save({ onHand: state.onHand + command.quantity }),
    discontinueItem: (_, { remove }) => remove(),
  },
};
