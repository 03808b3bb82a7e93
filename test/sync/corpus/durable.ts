#!/usr/bin/env -S node --experimental-strip-types
/*
 * SPDX-License-Identifier: Apache-2.0
 */

import type { InventoryItemBehavior } from "./gen/golden/shop/v1/inventory_ego.ts";
import type { Clock } from "@ego/runtime";

export type Now = Clock["now"];

export const inventoryBehavior: InventoryItemBehavior = {
	  commands: {
	    addStock       : (command, { state, save }) => save({ onHand: state.onHand + command.quantity }),
	    discontinueItem: (_      , { remove      }) => remove(),
	  },
};

if (import.meta.main) console.log(Object.keys(inventoryBehavior.commands));
