import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  outcomes: {
    ...transferProcessBehavior.outcomes,
    // error at 91: TS2339: Property 'rejection' does not exist on type 'Undeliverable | { readonly case: "accountIsClosed"; readonly rejection: Message<"golden.bank.v1.AccountIsClosed">; } | { readonly case: "insufficientFunds"; readonly rejection: InsufficientFunds; }'.
    debitAccount: (outcome, { fail }) => (outcome.case === "accepted" ? [] : fail(outcome.rejection.$typeName)),
  },
};
