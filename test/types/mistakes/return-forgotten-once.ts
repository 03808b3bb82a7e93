import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  commands: {
    ...accountBehavior.commands,
    // error at 5: TS2322: Type '(command: CreditAccount, { state, emit, reject }: DecideContext<Account, Pick<AccountEvents, "accountCredited">, Pick<AccountRejections, "accountIsClosed">>) => AccountCredited | undefined' is not assignable to type '(command: CreditAccount, context: DecideContext<Account, Pick<AccountEvents, "accountCredited">, Pick<AccountRejections, "accountIsClosed">>) => Decision<...>'.
    creditAccount(command, { state, emit, reject }) {
      if (state.closed) reject.accountIsClosed();
      if (command.amountCents > 0n) return emit.accountCredited({ amountCents: command.amountCents });
    },
  },
};
