import { account } from "./gen/golden/bank/v1/account_ego.ts";
import type { AccountBehavior } from "./gen/golden/bank/v1/account_ego.ts";
import type { AnyImplementation } from "@ego/runtime";

export const accounts: AnyImplementation = account.implement(
{
    commands:
    {
        openAccount(command, { emit })
        {
            return emit.accountOpened({ ownerEmail: command.ownerEmail });
        }
    },
    events:
    {
    }
} satisfies Partial<AccountBehavior>);
