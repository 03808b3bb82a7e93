import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  events: {
    transferRequested(event, { state, send }) {
      // error at 13: TS2551: Property 'fromIdd' does not exist on type 'TransferProcess'. Did you mean 'fromId'?
      state.fromIdd = event.fromId;
      return send.debitAccount(event.fromId, { amountCents: event.amountCents });
    },
  },
};
