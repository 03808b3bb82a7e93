import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  commands: {
    ...accountBehavior.commands,
    // error at 79: TS2365: Operator '*' cannot be applied to types 'bigint' and 'number'.
    creditAccount: (command, { emit }) => emit.accountCredited({ amountCents: command.amountCents * 2 }),
  },
};
