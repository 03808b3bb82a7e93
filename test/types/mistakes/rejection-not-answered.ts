import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  commands: {
    ...accountBehavior.commands,
    // error at 46: TS2339: Property 'insufficientFunds' does not exist on type 'Pick<AccountRejections, "accountIsClosed">'.
    creditAccount: (_, { reject }) => reject.insufficientFunds(),
  },
};
