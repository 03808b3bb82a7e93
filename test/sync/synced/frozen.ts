import type * as bank from "./gen/golden/bank/v1/account_ego.ts"
import * as ego from "@ego/runtime"
import { NotImplemented as EgoNotImplemented } from "@ego/runtime"

/** Nobody changes it any more. */
const behavior: bank.AccountBehavior = Object.freeze<bank.AccountBehavior>({
  commands: Object.freeze<bank.AccountHandlers>({
    closeAccount: (_, { emit }) => emit.accountClosed(),
    /** Opens the account. */
    openAccount() {
      // (command, { state, emit }): emit.accountOpened, emit.accountCredited
      throw new EgoNotImplemented("golden.bank.v1.OpenAccount")
    },
    /** Puts money in. */
    creditAccount() {
      // (command, { state, emit, reject }): emit.accountCredited, reject.accountIsClosed
      throw new EgoNotImplemented("golden.bank.v1.CreditAccount")
    },
    /** Takes money out, as far as there is some. */
    debitAccount() {
      // (command, { state, emit, reject }): emit.accountDebited, reject.accountIsClosed,
      //   reject.insufficientFunds
      throw new EgoNotImplemented("golden.bank.v1.DebitAccount")
    }
  }),
  events: Object.freeze<bank.AccountAppliers>({
    accountClosed: (_, state) => { state.closed = true },
    accountCredited() {
      // (event, state): event.amountCents
      throw new EgoNotImplemented("golden.bank.v1.AccountCredited")
    },
    accountDebited() {
      // (event, state): event.amountCents
      throw new EgoNotImplemented("golden.bank.v1.AccountDebited")
    }
  })
})

export class NotImplemented extends ego.EgoError {}

export const behaviors: readonly bank.AccountBehavior[] = [behavior]
