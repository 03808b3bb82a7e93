import type { AccountClient } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export async function send(account: AccountClient): Promise<void> {
  // error at 58: TS2339: Property 'state' does not exist on type 'Sent<Account, { accountIsClosed: Message<"bank.v1.AccountIsClosed">; }>'.
  console.log(account.creditAccount({ amountCents: 5n }).state.balanceCents);
}
