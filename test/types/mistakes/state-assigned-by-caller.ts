import type { AccountClient } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export async function send(account: AccountClient): Promise<void> {
  const { state } = await account.creditAccount({ amountCents: 5n });
  // error at 9: TS2540: Cannot assign to 'balanceCents' because it is a read-only property.
  state.balanceCents = 0n;
}
