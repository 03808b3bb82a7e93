import type { ShelfLabelsProjection } from "./gen/golden/shop/v1/shelf_ego.ts";
import { NotImplemented } from "@ego/runtime";

const euros = (cents: bigint): string => `${cents / 100n},${String(cents % 100n).padStart(2, "0")} €`;

/** What is printed and put below an article: nothing for one that is no more. */
export const labels: ShelfLabelsProjection = {
  // Prices are with tax.
  /** One article in stock. */
  inventoryItem() {
    // (state, { row, tx }): state is null if it was removed
    throw new NotImplemented("golden.shop.v1.InventoryItem");
  },
};

export const example: string = euros(1_990n);
