import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  events: {
    ...accountBehavior.events,
    accountClosed(_, state) {
      // error at 7: TS2322: Type 'number' is not assignable to type 'bigint'.
      state.balanceCents = 0;
    },
  },
};
