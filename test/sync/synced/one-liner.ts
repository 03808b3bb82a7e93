import type { FeeBehavior } from "./gen/golden/bank/v1/statements_ego.ts"; import type { AccountBehavior } from "./gen/golden/bank/v1/account_ego.ts";
import { NotImplemented } from "@ego/runtime";
 export const fee: FeeBehavior = { commands: {
  /** Takes a fee. */
  chargeFee() {
    // (command, { state, emit }): emit.feeCharged
    throw new NotImplemented("golden.bank.v1.ChargeFee");
  },
}, events: {} }; export const account: AccountBehavior = { commands: { openAccount: (c, { emit }) => emit.accountOpened({ ownerEmail: c.ownerEmail }), creditAccount: (c, { emit }) => emit.accountCredited({ amountCents: c.amountCents }),
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
  },
 }, events: { accountClosed(_, state) { state.closed = true; },
  accountCredited() {
    // (event, state): event.amountCents
    throw new NotImplemented("golden.bank.v1.AccountCredited");
  },
  accountDebited() {
    // (event, state): event.amountCents
    throw new NotImplemented("golden.bank.v1.AccountDebited");
  },
 } };
