/* eslint-disable no-unused-vars -- { */
import type { AccountBehavior /* the contract */ } from "./gen/golden/bank/v1/account_ego.ts";
import { /* nothing yet */ NotImplemented } from "@ego/runtime"; // } from "@ego/runtime"

// prettier-ignore
export const accountBehavior: AccountBehavior = /* begins */ { // here
  /* c */ commands /* : */ : /* { */ {
    /** Opens it. */
    openAccount /* ( */ (command, { emit }) /* { */ { /* } */ return emit.accountOpened({ ownerEmail: command.ownerEmail }) },
    // biome-ignore lint/x: y
    /* credit: later */
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
  } /* , */ , // commands: { }
  events: {/*{*/
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
  // "events": {}
} /* ends */ ; // };

/* `export const accountBehavior: AccountBehavior = {` */
