import { account } from "./gen/golden/bank/v1/account_ego.ts";
import type { AccountBehavior } from "./gen/golden/bank/v1/account_ego.ts";
import type { AnyImplementation } from "@ego/runtime";
import { NotImplemented } from "@ego/runtime";

export const accounts: AnyImplementation = account.implement(
{
    commands:
    {
        openAccount(command, { emit })
        {
            return emit.accountOpened({ ownerEmail: command.ownerEmail });
        },
        /** Puts money in. */
        creditAccount() {
            // (command, { state, emit, reject }): emit.accountCredited, reject.accountIsClosed
            throw new NotImplemented("golden.bank.v1.CreditAccount");
        },
        /** Takes money out, as far as there is some. */
        debitAccount() {
            // (command, { state, emit, reject }): emit.accountDebited, reject.accountIsClosed,
            //   reject.insufficientFunds
            throw new NotImplemented("golden.bank.v1.DebitAccount");
        },
        /** Pays the rest out and closes the account. */
        closeAccount() {
            // (command, { state, emit }): emit.accountDebited, emit.accountClosed
            throw new NotImplemented("golden.bank.v1.CloseAccount");
        }
    },
    events:
    {
        accountCredited() {
            // (event, state): event.amountCents
            throw new NotImplemented("golden.bank.v1.AccountCredited");
        },
        accountDebited() {
            // (event, state): event.amountCents
            throw new NotImplemented("golden.bank.v1.AccountDebited");
        },
        accountClosed() {
            // (event, state)
            throw new NotImplemented("golden.bank.v1.AccountClosed");
        }
    }
} satisfies Partial<AccountBehavior>);
