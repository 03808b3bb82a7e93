import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  commands: {
    ...accountBehavior.commands,
    closeAccount(_, { state, emit }) {
      // error at 13: TS2540: Cannot assign to 'closed' because it is a read-only property.
      state.closed = true;
      return emit.accountClosed();
    },
  },
};
