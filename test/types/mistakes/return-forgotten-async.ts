import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  commands: {
    ...accountBehavior.commands,
    // error at 11: TS2322: Type '(_: CloseAccount, { emit }: DecideContext<Account, Pick<AccountEvents, "accountClosed" | "accountDebited">, Nothing>) => Promise<...>' is not assignable to type '(command: CloseAccount, context: DecideContext<Account, Pick<AccountEvents, "accountClosed" | "accountDebited">, Nothing>) => Decision<...>'.
    async closeAccount(_, { emit }) {
      await Promise.resolve();
      emit.accountClosed();
    },
  },
};
