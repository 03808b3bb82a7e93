import type { AccountClient } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export async function send(account: AccountClient): Promise<void> {
  // error at 17: TS2554: Expected 1-2 arguments, but got 0.
  await account.creditAccount();
}
