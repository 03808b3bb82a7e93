import type { InventoryItemBehavior } from "./gen/golden/shop/v1/inventory_ego.ts";
import { NotImplemented as Später } from "@ego/runtime";

const 价格 = { "📦": 1n, '🎁': 2n };

export const lager: InventoryItemBehavior = {
  commands: {
    "describeItem": ({ title }, { save }) => save({ title: `📦 ${title} 👩‍👩‍👧‍👦 ${价格["📦"]}` }), // 🎉 }
    addStock: () => { throw new Später("📦"); },
    /** Takes pieces off the shelf, as far as there are some. */
    takeStock() {
      // (command, { state, save, reject }): save(…), remove(), keep(), reject.outOfStock
      throw new Später("golden.shop.v1.TakeStock");
    },
    /** Takes the article out of the shop. */
    discontinueItem() {
      // (command, { state, save }): save(…), remove(), keep()
      throw new Später("golden.shop.v1.DiscontinueItem");
    },
  },
};
