import type { AccountClient } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export async function send(account: AccountClient): Promise<void> {
  // error at 17: TS2551: Property 'closeAcount' does not exist on type 'AccountClient'. Did you mean 'closeAccount'?
  await account.closeAcount();
}
