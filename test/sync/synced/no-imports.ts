"use strict"; // as ever
'use client'
import { NotImplemented } from "@ego/runtime"

/** What is exported, and nothing else. */
export const accountBehavior: import("./gen/golden/bank/v1/account_ego.ts").AccountBehavior = {
  commands: { openAccount: (command, { emit }) => emit.accountOpened({ ownerEmail: command.ownerEmail }),
    /** Puts money in. */
    creditAccount() {
      // (command, { state, emit, reject }): emit.accountCredited, reject.accountIsClosed
      throw new NotImplemented("golden.bank.v1.CreditAccount")
    },
    /** Takes money out, as far as there is some. */
    debitAccount() {
      // (command, { state, emit, reject }): emit.accountDebited, reject.accountIsClosed,
      //   reject.insufficientFunds
      throw new NotImplemented("golden.bank.v1.DebitAccount")
    },
    /** Pays the rest out and closes the account. */
    closeAccount() {
      // (command, { state, emit }): emit.accountDebited, emit.accountClosed
      throw new NotImplemented("golden.bank.v1.CloseAccount")
    }
  },
  events: { accountClosed(_, state) { state.closed = true },
    accountCredited() {
      // (event, state): event.amountCents
      throw new NotImplemented("golden.bank.v1.AccountCredited")
    },
    accountDebited() {
      // (event, state): event.amountCents
      throw new NotImplemented("golden.bank.v1.AccountDebited")
    }
  }
}
