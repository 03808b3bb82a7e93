import type { AccountBehavior, AccountHandlers } from "./gen/golden/bank/v1/account_ego.ts";
import { NotImplemented } from "@ego/runtime";

type Some<Names extends keyof AccountHandlers> = Pick<AccountHandlers, Names>;

const opening: Some<"openAccount"> = {
  openAccount: (command, { emit }) => emit.accountOpened({ ownerEmail: command.ownerEmail }),
};

const moving = {
  ...opening,
  creditAccount: (command, { emit }) => emit.accountCredited({ amountCents: command.amountCents }),
} satisfies Some<"openAccount" | "creditAccount">;

const appliers = () => ({
  accountCredited: ((event, state) => {
    state.balanceCents += event.amountCents;
  }) satisfies AccountBehavior["events"]["accountCredited"],
});

export const accountBehavior: AccountBehavior = {
  commands: {
    ...moving,
    closeAccount: (_, { emit }) => emit.accountClosed(),
    /** Takes money out, as far as there is some. */
    debitAccount() {
      // (command, { state, emit, reject }): emit.accountDebited, reject.accountIsClosed,
      //   reject.insufficientFunds
      throw new NotImplemented("golden.bank.v1.DebitAccount");
    },
  },
  events: {
    ...appliers(),
    accountClosed: (_, state) => {
      state.closed = true;
    },
    accountDebited() {
      // (event, state): event.amountCents
      throw new NotImplemented("golden.bank.v1.AccountDebited");
    },
  },
};
