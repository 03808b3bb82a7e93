import { given } from "@ego/runtime/testing";
import { accountBehavior } from "../../../examples/bank/src/account.ts";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

// error at 78: TS2353: Object literal may only specify known properties, and 'balance' does not exist in type 'Fields<Account>'.
await given(account.implement(accountBehavior)).when.closeAccount().leaves({ balance: 0n });
