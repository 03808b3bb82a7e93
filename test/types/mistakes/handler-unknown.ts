import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  commands: {
    ...accountBehavior.commands,
    // error at 5: TS2353: Object literal may only specify known properties, and 'freezeAccount' does not exist in type 'AccountHandlers'.
    freezeAccount: () => [],
  },
};
