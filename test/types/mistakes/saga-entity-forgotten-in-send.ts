import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  events: {
    // error at 50: TS2554: Expected 2-3 arguments, but got 1.
    transferRequested: (event, { send }) => send.debitAccount({ amountCents: event.amountCents }),
  },
};
