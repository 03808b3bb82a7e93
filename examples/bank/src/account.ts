import type { AccountBehavior } from "./gen/bank/v1/account_ego.ts";

export const accountBehavior: AccountBehavior = {
  commands: {
    openAccount: (command, { emit }) => [
      emit.accountOpened({ ownerEmail: command.ownerEmail }),
      ...(command.openingCents > 0n ? [emit.accountCredited({ amountCents: command.openingCents })] : []),
    ],
    creditAccount(command, { state, emit, reject }) {
      if (state.closed) return reject.accountIsClosed();
      return emit.accountCredited({ amountCents: command.amountCents });
    },
    debitAccount(command, { state, emit, reject }) {
      if (state.closed) return reject.accountIsClosed();
      const missingCents = command.amountCents - state.balanceCents;
      if (missingCents > 0n) return reject.insufficientFunds({ missingCents });
      return emit.accountDebited({ amountCents: command.amountCents });
    },
    closeAccount(_, { state, emit }) {
      if (state.closed) return [];
      return [emit.accountDebited({ amountCents: state.balanceCents }), emit.accountClosed()];
    },
  },
  events: {
    accountCredited(event, state) {
      state.balanceCents += event.amountCents;
    },
    accountDebited(event, state) {
      state.balanceCents -= event.amountCents;
    },
    accountClosed(_, state) {
      state.closed = true;
    },
  },
};
