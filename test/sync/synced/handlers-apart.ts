import type { AccountAppliers, AccountBehavior, AccountHandlers } from "./gen/golden/bank/v1/account_ego.ts";
import { NotImplemented } from "@ego/runtime";

const openAccount: AccountHandlers["openAccount"] = (command, { emit }) =>
  emit.accountOpened({ ownerEmail: command.ownerEmail });

const creditAccount: AccountHandlers["creditAccount"] = (command, { emit }) =>
  emit.accountCredited({ amountCents: command.amountCents });

const commands: AccountHandlers = { openAccount, creditAccount,
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
 };

export const appliers: AccountAppliers = {
  accountClosed(_event, state) {
    state.closed = true;
  },
  accountCredited() {
    // (event, state): event.amountCents
    throw new NotImplemented("golden.bank.v1.AccountCredited");
  },
  accountDebited() {
    // (event, state): event.amountCents
    throw new NotImplemented("golden.bank.v1.AccountDebited");
  },
};

export const accountBehavior: AccountBehavior = { commands, events: appliers };
