import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  events: {
    // error at 54: TS2345: Argument of type '"stuk"' is not assignable to parameter of type '"stuck"'.
    transferRequested: (_, { schedule }) => schedule("stuk", { hours: 1 }),
  },
};
