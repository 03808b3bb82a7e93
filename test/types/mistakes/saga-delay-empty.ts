import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  events: {
    // error at 63: TS2345: Argument of type '{}' is not assignable to parameter of type 'Delay'.
    transferRequested: (_, { schedule }) => schedule("stuck", {}),
  },
};
