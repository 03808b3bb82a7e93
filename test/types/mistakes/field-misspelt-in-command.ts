import type { AccountClient } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export async function send(account: AccountClient): Promise<void> {
  // error at 33: TS2561: Object literal may only specify known properties, but 'amountCent' does not exist in type 'Fields<CreditAccount>'. Did you mean to write 'amountCents'?
  await account.creditAccount({ amountCent: 5n });
}
