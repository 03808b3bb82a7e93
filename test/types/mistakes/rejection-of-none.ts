import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  commands: {
    ...accountBehavior.commands,
    // error at 45: TS2339: Property 'accountIsClosed' does not exist on type 'Nothing'.
    closeAccount: (_, { reject }) => reject.accountIsClosed(),
  },
};
