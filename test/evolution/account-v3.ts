import type { AccountBehavior } from "./v3/gen/savings/v1/account_v3_ego.ts";

/** The account of many currencies: the second new shape, a message renamed again, and one moved to another package. */
export const accountV3: AccountBehavior = {
  commands: {
    openAccount: ({ holder }, { emit }) => emit.accountOpened({ holder }),
    putIn: ({ amount, currency }, { emit }) => emit.moneyReceived({ money: { amount, currency } }),
    nameHolder: ({ holder }, { emit }) => emit.holderNamed({ holder }),
    closeAccount: ({ reason }, { emit }) => emit.accountClosed({ reason }),
  },
  events: {
    moneyReceived({ money }, state) {
      if (money) state.amounts[money.currency] = (state.amounts[money.currency] ?? 0n) + money.amount;
    },
    accountClosed(event, state) {
      state.closedFor = event.reason;
    },
  },
  upcasts: {
    moneyPutInV1: (event) => ({ amount: event.cents, currency: "EUR" }),
    moneyPutInV2: ({ amount, currency }) => ({ money: { amount, currency } }),
  },
};
