import type { TransferProcessBehavior } from "./gen/golden/bank/v1/transfer_ego.ts";

const outcomes: TransferProcessBehavior["outcomes"] = {
    debitAccount(outcome, { state, send, fail })
    {
        if (outcome.case !== "accepted")
        {
            return fail(outcome.case);
        }
        return send.creditAccount(state.toId, { amountCents: state.amountCents });
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
    timers: { /* none of them yet */ },
};
