import type { AccountClient } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export async function send(account: AccountClient): Promise<void> {
  const outcome = await account.creditAccount({ amountCents: 5n }).outcome();
  switch (outcome.case) {
    case "accepted":
    case "accountIsClosed":
      return;
    // error at 10: TS2678: Type '"insufficientFunds"' is not comparable to type '"accepted" | "accountIsClosed"'.
    case "insufficientFunds":
      console.log(outcome);
  }
}
