import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

const { events, timers } = transferProcessBehavior;
// error at 14: TS2741: Property 'outcomes' is missing in type '{ events: TransferProcessReactions; timers: TransferProcessTimers; }' but required in type 'TransferProcessBehavior'.
export const behavior: TransferProcessBehavior = { events, timers };
