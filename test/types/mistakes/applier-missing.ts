import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  // error at 3: TS2741: Property 'accountDebited' is missing in type '{ accountCredited(event: AccountCredited, state: Account): undefined; accountClosed(_: AccountClosed, state: Account): undefined; }' but required in type 'AccountAppliers'.
  events: {
    accountCredited(event, state) {
      state.balanceCents += event.amountCents;
    },
    accountClosed(_, state) {
      state.closed = true;
    },
  },
};
