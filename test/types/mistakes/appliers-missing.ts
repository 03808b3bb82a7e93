import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

// error at 14: TS2741: Property 'events' is missing in type '{ commands: AccountHandlers; }' but required in type 'AccountBehavior'.
export const behavior: AccountBehavior = { commands: accountBehavior.commands };
