import type { AccountClient } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export async function send(account: AccountClient): Promise<void> {
  const outcome = await account.debitAccount({ amountCents: 5n }).outcome();
  // error at 23: TS2339: Property 'state' does not exist on type 'Outcome<Account, { accountIsClosed: Message<"bank.v1.AccountIsClosed">; insufficientFunds: InsufficientFunds; }>'.
  console.log(outcome.state.balanceCents);
}
