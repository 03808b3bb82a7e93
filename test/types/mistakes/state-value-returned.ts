import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  events: {
    ...accountBehavior.events,
    // error at 40: TS2322: Type 'bigint' is not assignable to type 'undefined'.
    accountCredited: (event, state) => (state.balanceCents += event.amountCents),
  },
};
