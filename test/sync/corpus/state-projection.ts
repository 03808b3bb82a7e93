import type { ShelfLabelsProjection } from "./gen/golden/shop/v1/shelf_ego.ts";

const euros = (cents: bigint): string => `${cents / 100n},${String(cents % 100n).padStart(2, "0")} €`;

/** What is printed and put below an article: nothing for one that is no more. */
export const labels: ShelfLabelsProjection = {
  // Prices are with tax.
};

export const example: string = euros(1_990n);
