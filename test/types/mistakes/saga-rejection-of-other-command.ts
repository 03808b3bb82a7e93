import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  outcomes: {
    ...transferProcessBehavior.outcomes,
    // error at 44: TS2367: This comparison appears to be unintentional because the types '"accepted" | "accountIsClosed" | "undeliverable"' and '"insufficientFunds"' have no overlap.
    creditAccount: (outcome, { fail }) => (outcome.case === "insufficientFunds" ? fail("no money") : []),
  },
};
