import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  outcomes: {
    ...transferProcessBehavior.outcomes,
    // error at 55: TS2339: Property 'state' does not exist on type 'Undeliverable | Outcome<Account, { accountIsClosed: Message<"golden.bank.v1.AccountIsClosed">; insufficientFunds: InsufficientFunds; }>'.
    debitAccount: (outcome, { fail }) => fail(outcome.state.ownerEmail),
  },
};
