import type { TransferProcessBehavior } from "./gen/golden/bank/v1/transfer_ego.ts";
import { NotImplemented } from "@ego/runtime";

const outcomes: TransferProcessBehavior["outcomes"] = {
    debitAccount(outcome, { state, send, fail })
    {
        if (outcome.case !== "accepted")
        {
            return fail(outcome.case);
        }
        return send.creditAccount(state.toId, { amountCents: state.amountCents });
    },
    /** Puts money in. */
    creditAccount() {
        // (outcome, { state, send, schedule, complete, fail }):
        //   outcome.case "accepted" | "accountIsClosed" | "undeliverable", send.debitAccount,
        //   send.creditAccount, schedule("stuck", …)
        throw new NotImplemented("golden.bank.v1.CreditAccount");
    },
};

export const transferProcessBehavior: TransferProcessBehavior =
{
    events:
    {
        transferRequested({ fromId, amountCents }, { send })
        {
            return send.debitAccount(fromId, { amountCents });
        },
    },
    outcomes,
    timers: { /* none of them yet */
        stuck() {
            // ({ state, send, schedule, complete, fail }): send.debitAccount, send.creditAccount,
            //   schedule("stuck", …)
            throw new NotImplemented("transfer_process.stuck");
        },
    },
};
