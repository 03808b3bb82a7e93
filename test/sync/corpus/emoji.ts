import type { InventoryItemBehavior } from "./gen/golden/shop/v1/inventory_ego.ts";
import { NotImplemented as Später } from "@ego/runtime";

const 价格 = { "📦": 1n, '🎁': 2n };

export const lager: InventoryItemBehavior = {
  commands: {
    "describeItem": ({ title }, { save }) => save({ title: `📦 ${title} 👩‍👩‍👧‍👦 ${价格["📦"]}` }), // 🎉 }
    addStock: () => { throw new Später("📦"); },
  },
};
