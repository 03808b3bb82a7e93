import type { AccountClient } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export async function send(account: AccountClient): Promise<void> {
  // error at 33: TS2322: Type 'number' is not assignable to type 'bigint'.
  await account.creditAccount({ amountCents: 5 });
}
