import { given } from "@ego/runtime/testing";
import { accountBehavior } from "../../../examples/bank/src/account.ts";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

// error at 48: TS2339: Property 'freezeAccount' does not exist on type 'When<AccountClient>'.
given(account.implement(accountBehavior)).when.freezeAccount();
