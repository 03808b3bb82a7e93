import type { AccountBehavior as Behavior } from "./gen/golden/bank/v1/account_ego.ts";
import { NotImplemented } from "@ego/runtime";
const openAccount: Behavior["commands"]["openAccount"] = (command, { emit }) => emit.accountOpened({ ownerEmail: command.ownerEmail });
export const accountBehavior: Behavior = {
  "commands": { openAccount, "creditAccount": async ({ amountCents }, { emit }) => emit.accountCredited({ amountCents }),
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
  ["events"]: {
    "accountCredited": (event, state) => { state.balanceCents += event.amountCents; },

    "accountDebited": (event, state) => { state.balanceCents -= event.amountCents; },

    accountClosed() {
      // (event, state)
      throw new NotImplemented("golden.bank.v1.AccountClosed");
    },
  },
}; // no newline at the end