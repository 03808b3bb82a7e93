import type { ShelfLabelsProjection } from "./gen/shop/v1/shelf_ego.ts";

/** What the latest version of an article does to its label; one that was discontinued has none. */
export const shelfLabelsProjection: ShelfLabelsProjection = {
  inventoryItem: (item, { row }) =>
    item ? row.upsert({ title: item.title, priceCents: item.priceCents, soldOut: item.onHand === 0 }) : row.remove(),
};
