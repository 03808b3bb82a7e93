import { setTimeout as sleep } from "node:timers/promises"
import type { AccountBehavior } from "./gen/golden/bank/v1/account_ego.ts"

export async function accountBehavior(): Promise<AccountBehavior> {
  const rate = await Promise.resolve(2n)
  return {
    commands: {
      openAccount: async ({ ownerEmail, openingCents }, { emit }) => {
        await sleep(1)
        return [emit.accountOpened({ ownerEmail }), emit.accountCredited({ amountCents: openingCents * rate })]
      },
      async closeAccount(_, { emit }) {
        await sleep(1)
        return emit.accountClosed()
      },
    },
    events: {
      accountCredited(event, state) { state.balanceCents += event.amountCents },
      accountDebited(event, state) { state.balanceCents -= event.amountCents },
      accountClosed(_, state) { state.closed = true },
    },
  }
}
