import type { InventoryItemBehavior } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../../../examples/inventory/src/inventory.ts";

export const behavior: InventoryItemBehavior = {
  commands: {
    ...inventoryBehavior.commands,
    // error at 39: TS2322: Type '{ $typeName: "shop.v1.InventoryItem"; $unknown?: UnknownField[] | undefined; sku: string; title: string; priceCents: bigint; onHand: number; }' is not assignable to type 'Change'.
    addStock: (command, { state }) => ({ ...state, onHand: state.onHand + command.quantity }),
  },
};
