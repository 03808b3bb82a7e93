import type { AccountClient } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export async function send(account: AccountClient): Promise<void> {
  const outcome = await account.debitAccount({ amountCents: 5n }).outcome();
  // error at 7: TS2367: This comparison appears to be unintentional because the types '"accepted" | "accountIsClosed" | "insufficientFunds"' and '"accountIsFrozen"' have no overlap.
  if (outcome.case === "accountIsFrozen") console.log(outcome);
}
