import type { AccountBehavior } from "./gen/sample/v1/account_ego.ts";

export const accountBehavior: AccountBehavior = {
  commands: {
    createAccount: (command, { emit }) => emit.accountCreated({ balance: command.balance }),
    creditAccount: (command, { emit }) => emit.accountCredited({ amount: command.amount }),
  },
  events: {
    accountCredited(event, state) {
      state.balance += event.amount;
    },
  },
};
