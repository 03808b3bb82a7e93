import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  commands: {
    ...accountBehavior.commands,
    // error at 42: TS2339: Property 'accountClosed' does not exist on type 'Pick<AccountEvents, "accountCredited">'.
    creditAccount: (_, { emit }) => emit.accountClosed(),
  },
};
