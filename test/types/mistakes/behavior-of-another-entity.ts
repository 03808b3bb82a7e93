import { accountBehavior } from "../../../examples/bank/src/account.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";

// error at 25: TS2345: Argument of type 'AccountBehavior' is not assignable to parameter of type 'InventoryItemBehavior'.
inventoryItem.implement(accountBehavior);
