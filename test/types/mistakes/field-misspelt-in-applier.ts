import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  events: {
    ...accountBehavior.events,
    accountCredited(event, state) {
      // error at 13: TS2339: Property 'balance' does not exist on type 'Account'.
      state.balance += event.amountCents;
    },
  },
};
