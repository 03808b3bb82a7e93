import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  outcomes: {
    ...transferProcessBehavior.outcomes,
    // error at 43: TS2367: This comparison appears to be unintentional because the types '"accepted" | "accountIsClosed" | "insufficientFunds" | "undeliverable"' and '"insufficientFund"' have no overlap.
    debitAccount: (outcome, { fail }) => (outcome.case === "insufficientFund" ? fail("no money") : []),
  },
};
