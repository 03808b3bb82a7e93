import type { AccountClient } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export async function send(account: AccountClient): Promise<void> {
  const outcome = await account.debitAccount({ amountCents: 5n }).outcome();
  switch (outcome.case) {
    case "accepted":
    case "insufficientFunds":
      return;
    default: {
      // error at 13: TS2322: Type '{ readonly case: "accountIsClosed"; readonly rejection: Message<"bank.v1.AccountIsClosed">; }' is not assignable to type 'never'.
      const never: never = outcome;
      console.log(never);
    }
  }
}
