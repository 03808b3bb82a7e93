import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  commands: {
    ...accountBehavior.commands,
    // error at 87: TS2339: Property 'cents' does not exist on type 'CreditAccount'.
    creditAccount: (command, { emit }) => emit.accountCredited({ amountCents: command.cents }),
  },
};
