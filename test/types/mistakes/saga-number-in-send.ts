import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  events: {
    // error at 79: TS2322: Type 'number' is not assignable to type 'bigint'.
    transferRequested: (event, { send }) => send.debitAccount(event.fromId, { amountCents: 5 }),
  },
};
