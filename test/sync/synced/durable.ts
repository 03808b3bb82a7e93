#!/usr/bin/env -S node --experimental-strip-types
/*
 * SPDX-License-Identifier: Apache-2.0
 */

import type { InventoryItemBehavior } from "./gen/golden/shop/v1/inventory_ego.ts";
import type { Clock } from "@ego/runtime";
import { NotImplemented } from "@ego/runtime";

export type Now = Clock["now"];

export const inventoryBehavior: InventoryItemBehavior = {
	  commands: {
	    addStock       : (command, { state, save }) => save({ onHand: state.onHand + command.quantity }),
	    discontinueItem: (_      , { remove      }) => remove(),
	    /** Names an article and its price; changes nothing if they are what they were. */
	    describeItem() {
	      // (command, { state, save }): save(…), remove(), keep()
	      throw new NotImplemented("golden.shop.v1.DescribeItem");
	    },
	    /** Takes pieces off the shelf, as far as there are some. */
	    takeStock() {
	      // (command, { state, save, reject }): save(…), remove(), keep(), reject.outOfStock
	      throw new NotImplemented("golden.shop.v1.TakeStock");
	    },
	  },
};

if (import.meta.main) console.log(Object.keys(inventoryBehavior.commands));
