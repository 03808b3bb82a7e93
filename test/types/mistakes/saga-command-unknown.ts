import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  events: {
    // error at 50: TS2339: Property 'openAccount' does not exist on type 'TransferProcessSend'.
    transferRequested: (event, { send }) => send.openAccount(event.fromId, {}),
  },
};
