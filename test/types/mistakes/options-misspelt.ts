import type { AccountClient } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export async function send(account: AccountClient): Promise<void> {
  // error at 54: TS2561: Object literal may only specify known properties, but 'timeout' does not exist in type 'SendOptions'. Did you mean to write 'timeoutMs'?
  await account.creditAccount({ amountCents: 5n }, { timeout: 100 });
}
