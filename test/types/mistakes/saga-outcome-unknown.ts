import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  outcomes: {
    ...transferProcessBehavior.outcomes,
    // error at 5: TS2353: Object literal may only specify known properties, and 'openAccount' does not exist in type 'TransferProcessOutcomes'.
    openAccount: () => [],
  },
};
