import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  commands: {
    ...accountBehavior.commands,
    // error at 65: TS2353: Object literal may only specify known properties, and 'missing' does not exist in type 'Fields<InsufficientFunds>'.
    debitAccount: (_, { reject }) => reject.insufficientFunds({ missing: 1n }),
  },
};
