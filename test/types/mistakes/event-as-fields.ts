import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  commands: {
    ...accountBehavior.commands,
    // error at 33: TS2322: Type '{ amountCents: bigint; }' is not assignable to type 'Decision<AccountCredited, Message<"bank.v1.AccountIsClosed">>'.
    creditAccount: (command) => ({ amountCents: command.amountCents }),
  },
};
