import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  events: {
    ...accountBehavior.events,
    // error at 5: TS2353: Object literal may only specify known properties, and 'accountFrozen' does not exist in type 'AccountAppliers'.
    // error at 19: TS7006: Parameter '_event' implicitly has an 'any' type.
    // error at 27: TS7006: Parameter '_state' implicitly has an 'any' type.
    accountFrozen(_event, _state) {},
  },
};
