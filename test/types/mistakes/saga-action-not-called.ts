import type { TransferProcessBehavior } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

export const behavior: TransferProcessBehavior = {
  ...transferProcessBehavior,
  outcomes: {
    ...transferProcessBehavior.outcomes,
    // error at 20: TS2322: Type '(_: Undeliverable | Outcome<Account, { accountIsClosed: Message<"golden.bank.v1.AccountIsClosed">; }>, { complete }: TransferProcessContext) => () => Action' is not assignable to type '(outcome: Undeliverable | Outcome<Account, { accountIsClosed: Message<"golden.bank.v1.AccountIsClosed">; }>, context: TransferProcessContext, to: Delivery) => Steps'.
    creditAccount: (_, { complete }) => complete,
  },
};
