import type { AccountBehavior } from './gen/golden/bank/v1/account_ego.ts'
import { Engine } from '@ego/runtime'

const limit = 1_000_000n

export const start: typeof Engine.start = Engine.start

// what may be done to an account
export const behavior: AccountBehavior = {
  commands: {
    openAccount (command, { emit }) {
      return emit.accountOpened({ ownerEmail: command.ownerEmail.trim() })
    },
    creditAccount (command, { emit, reject, state }) {
      if (state.closed || command.amountCents > limit) return reject.accountIsClosed()
      return emit.accountCredited({ amountCents: command.amountCents })
    }
  },
  events: {
    accountCredited (event, state) {
      state.balanceCents += event.amountCents
    }
  }
}
