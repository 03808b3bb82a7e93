import type { ShelfLabelsProjection } from "../../golden/gen/golden/shop/v1/shelf_ego.ts";

export const projection: ShelfLabelsProjection = {
  // error at 57: TS18047: 'item' is possibly 'null'.
  inventoryItem: (item, { row }) => row.upsert({ title: item.title }),
};
