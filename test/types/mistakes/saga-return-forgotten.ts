import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  events: {
    // error at 5: TS2322: Type '(event: TransferRequested, { send }: TransferProcessContext) => void' is not assignable to type '(event: TransferRequested, context: TransferProcessContext) => Steps'.
    transferRequested(event, { send }) {
      send.debitAccount(event.fromId, { amountCents: event.amountCents });
    },
  },
};
