import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  events: {
    // error at 79: TS2561: Object literal may only specify known properties, but 'amountCent' does not exist in type 'Fields<DebitAccount>'. Did you mean to write 'amountCents'?
    transferRequested: (event, { send }) => send.debitAccount(event.fromId, { amountCent: event.amountCents }),
  },
};
