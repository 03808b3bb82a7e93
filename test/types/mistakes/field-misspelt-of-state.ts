import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  commands: {
    ...accountBehavior.commands,
    // error at 84: TS2339: Property 'balance' does not exist on type 'Readonly<Account>'.
    closeAccount: (_, { state, emit }) => emit.accountDebited({ amountCents: state.balance }),
  },
};
