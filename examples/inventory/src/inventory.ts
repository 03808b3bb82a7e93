import type { InventoryItemBehavior } from "./gen/shop/v1/inventory_ego.ts";

export const inventoryBehavior: InventoryItemBehavior = {
  commands: {
    describeItem({ title, priceCents }, { state, save, keep }) {
      if (state.title === title && state.priceCents === priceCents) return keep();
      return save({ title, priceCents });
    },
    addStock: (command, { state, save }) => save({ onHand: state.onHand + command.quantity }),
    takeStock(command, { state, save, reject }) {
      if (command.quantity > state.onHand) return reject.outOfStock({ onHand: state.onHand });
      return save({ onHand: state.onHand - command.quantity });
    },
    discontinueItem: (_, { remove }) => remove(),
  },
};
