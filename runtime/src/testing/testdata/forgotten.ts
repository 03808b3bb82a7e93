// A scenario that is wrong, and that nobody waits for.
import { accountBehavior } from "../../../../examples/bank/src/account.ts";
import { account } from "../../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { given } from "../given.ts";

void given(account.implement(accountBehavior)).when.openAccount({}).emits().leaves({});
