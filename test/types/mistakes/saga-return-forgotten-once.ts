import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  outcomes: {
    ...transferProcessBehavior.outcomes,
    // error at 5: TS2322: Type '(outcome: Undeliverable | Outcome<Account, { accountIsClosed: Message<"golden.bank.v1.AccountIsClosed">; insufficientFunds: InsufficientFunds; }>, { state, send, fail }: TransferProcessContext) => Action | undefined' is not assignable to type '(outcome: Undeliverable | Outcome<Account, { accountIsClosed: Message<"golden.bank.v1.AccountIsClosed">; insufficientFunds: InsufficientFunds; }>, context: TransferProcessContext, to: Delivery) => Steps'.
    debitAccount(outcome, { state, send, fail }) {
      if (outcome.case !== "accepted") fail(outcome.case);
      else return send.creditAccount(state.toId, { amountCents: state.amountCents });
    },
  },
};
