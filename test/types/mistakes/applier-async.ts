import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  events: {
    ...accountBehavior.events,
    // error at 11: TS2322: Type '(_: AccountClosed, state: Account) => Promise<void>' is not assignable to type 'Apply<AccountClosed, Account>'.
    async accountClosed(_, state) {
      state.closed = true;
    },
  },
};
