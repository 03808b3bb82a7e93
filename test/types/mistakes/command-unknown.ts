import type { AccountClient } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export async function send(account: AccountClient): Promise<void> {
  // error at 17: TS2339: Property 'freezeAccount' does not exist on type 'AccountClient'.
  await account.freezeAccount();
}
