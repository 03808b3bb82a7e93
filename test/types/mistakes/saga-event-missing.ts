import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  // error at 3: TS2741: Property 'transferRequested' is missing in type '{}' but required in type 'TransferProcessReactions'.
  events: {},
};
