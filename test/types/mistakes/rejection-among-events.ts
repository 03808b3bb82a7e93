import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  commands: {
    ...accountBehavior.commands,
    // error at 5: TS2322: Type '(command: DebitAccount, { state, emit, reject }: DecideContext<Account, Pick<AccountEvents, "accountDebited">, Pick<AccountRejections, "accountIsClosed" | "insufficientFunds">>) => (AccountDebited | InsufficientFunds)[] | AccountDebited' is not assignable to type '(command: DebitAccount, context: DecideContext<Account, Pick<AccountEvents, "accountDebited">, Pick<AccountRejections, "accountIsClosed" | "insufficientFunds">>) => Decision<...>'.
    debitAccount(command, { state, emit, reject }) {
      const debited = emit.accountDebited({ amountCents: command.amountCents });
      if (command.amountCents > state.balanceCents) return [debited, reject.insufficientFunds()];
      return debited;
    },
  },
};
