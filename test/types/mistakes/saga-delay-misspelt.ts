import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  events: {
    // error at 65: TS2353: Object literal may only specify known properties, and 'hour' does not exist in type 'Delay'.
    transferRequested: (_, { schedule }) => schedule("stuck", { hour: 1 }),
  },
};
