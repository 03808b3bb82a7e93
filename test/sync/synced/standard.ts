import type { AccountBehavior } from './gen/golden/bank/v1/account_ego.ts'
import { Engine, NotImplemented } from '@ego/runtime'

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
    },
    /** Takes money out, as far as there is some. */
    debitAccount() {
      // (command, { state, emit, reject }): emit.accountDebited, reject.accountIsClosed,
      //   reject.insufficientFunds
      throw new NotImplemented('golden.bank.v1.DebitAccount')
    },
    /** Pays the rest out and closes the account. */
    closeAccount() {
      // (command, { state, emit }): emit.accountDebited, emit.accountClosed
      throw new NotImplemented('golden.bank.v1.CloseAccount')
    }
  },
  events: {
    accountCredited (event, state) {
      state.balanceCents += event.amountCents
    },
    accountDebited() {
      // (event, state): event.amountCents
      throw new NotImplemented('golden.bank.v1.AccountDebited')
    },
    accountClosed() {
      // (event, state)
      throw new NotImplemented('golden.bank.v1.AccountClosed')
    }
  }
}
