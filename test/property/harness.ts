import { type Clock, Engine, type Store } from "@ego/runtime";
import { accountBehavior } from "../../examples/bank/src/account.ts";
import { account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../../examples/inventory/src/inventory.ts";

/** The same cases in every run; a failure prints the seed and the path to the smallest case. */
export function settings(numRuns: number): { readonly seed: number; readonly numRuns: number } {
  return { seed: 20_260_731, numRuns };
}

/** Starts an engine with accounts and items, whose log nobody reads. */
export function start(store: Store, clock?: Clock): Promise<Engine> {
  const entities = [account.implement(accountBehavior), inventoryItem.implement(inventoryBehavior)];
  return Engine.start({ store, entities, logger: { error() {}, warn() {} }, ...(clock && { clock }) });
}
