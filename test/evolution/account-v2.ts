import type { AccountBehavior } from "./v2/gen/savings/v1/account_v2_ego.ts";

/** The account when it got a currency: a field and a message are renamed, and `MoneyPutIn` has another shape. */
export const accountV2: AccountBehavior = {
  commands: {
    openAccount: ({ holder }, { emit }) => emit.accountOpened({ holder }),
    putIn: ({ amount, currency }, { emit }) => emit.moneyPutIn({ amount, currency }),
    changeHolder: ({ holder }, { emit }) => emit.holderChanged({ holder }),
    closeAccount: ({ reason }, { emit }) => emit.accountClosed({ reason }),
  },
  events: {
    moneyPutIn(event, state) {
      state.amount += event.amount;
      state.currency = event.currency;
    },
    accountClosed(event, state) {
      state.closedFor = event.reason;
    },
  },
  upcasts: {
    moneyPutInV1: (event) => ({ amount: event.cents, currency: "EUR" }),
  },
};
