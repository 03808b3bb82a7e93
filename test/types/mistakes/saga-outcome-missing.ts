import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  // error at 3: TS2741: Property 'debitAccount' is missing in type '{ creditAccount: (_: Undeliverable | Outcome<Account, { accountIsClosed: Message<"golden.bank.v1.AccountIsClosed">; }>, { complete }: TransferProcessContext) => Action; }' but required in type 'TransferProcessOutcomes'.
  outcomes: {
    creditAccount: (_, { complete }) => complete(),
  },
};
