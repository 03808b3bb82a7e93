import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  commands: {
    ...accountBehavior.commands,
    // error at 66: TS2561: Object literal may only specify known properties, but 'amountCent' does not exist in type 'Fields<AccountCredited>'. Did you mean to write 'amountCents'?
    creditAccount: (command, { emit }) => emit.accountCredited({ amountCent: command.amountCents }),
  },
};
