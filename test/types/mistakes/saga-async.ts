import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  events: {
    // error at 51: TS2322: Type 'Promise<Action>' is not assignable to type 'Steps'.
    transferRequested: async (event, { send }) => send.debitAccount(event.fromId, { amountCents: event.amountCents }),
  },
};
