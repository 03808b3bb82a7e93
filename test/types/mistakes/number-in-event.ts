import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  commands: {
    ...accountBehavior.commands,
    // error at 60: TS2322: Type 'number' is not assignable to type 'bigint'.
    creditAccount: (_, { emit }) => emit.accountCredited({ amountCents: 5 }),
  },
};
