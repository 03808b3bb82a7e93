import type { AccountBehavior } from "./gen/golden/bank/v1/account_ego.ts";
import type {
  TransferBehavior,
  TransferProcessBehavior,
} from "./gen/golden/bank/v1/transfer_ego.ts";
import { NotImplemented } from "@ego/runtime";

// #region account
export const accountBehavior: AccountBehavior = {
  commands: {
    openAccount: (command, { emit }) => emit.accountOpened({ ownerEmail: command.ownerEmail }),
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
    },
  },
  events: {
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
    },
  },
};
// #endregion

// #region transfer
export const transferBehavior: TransferBehavior = { commands: {
  /** Asks for money to be moved. */
  requestTransfer() {
    // (command, { state, emit }): emit.transferRequested
    throw new NotImplemented("golden.bank.v1.RequestTransfer");
  },
}, events: {} };

export const transferProcess: TransferProcessBehavior = {
  events: {
    transferRequested({ fromId, toId, amountCents }, { state, send, schedule }) {
      state.fromId = fromId;
      state.toId = toId;
      state.amountCents = amountCents;
      return [send.debitAccount(fromId, { amountCents }), schedule("stuck", { hours: 1 })];
    },
  },
  outcomes: {
    /** Takes money out, as far as there is some. */
    debitAccount() {
      // (outcome, { state, send, schedule, complete, fail }):
      //   outcome.case "accepted" | "accountIsClosed" | "insufficientFunds" | "undeliverable",
      //   send.debitAccount, send.creditAccount, schedule("stuck", …)
      throw new NotImplemented("golden.bank.v1.DebitAccount");
    },
    /** Puts money in. */
    creditAccount() {
      // (outcome, { state, send, schedule, complete, fail }):
      //   outcome.case "accepted" | "accountIsClosed" | "undeliverable", send.debitAccount,
      //   send.creditAccount, schedule("stuck", …)
      throw new NotImplemented("golden.bank.v1.CreditAccount");
    },
  },
  timers: {
    stuck() {
      // ({ state, send, schedule, complete, fail }): send.debitAccount, send.creditAccount,
      //   schedule("stuck", …)
      throw new NotImplemented("transfer_process.stuck");
    },
  },
};
// #endregion
