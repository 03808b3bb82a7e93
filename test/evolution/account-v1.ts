import type { AccountBehavior } from "./v1/gen/savings/v1/account_v1_ego.ts";

/** The account, as it was in the beginning: what it wrote has to be read for ever. */
export const accountV1: AccountBehavior = {
  commands: {
    openAccount: ({ owner }, { emit }) => emit.accountOpened({ owner }),
    putIn: ({ cents }, { emit }) => emit.moneyPutIn({ cents }),
    changeOwner: ({ owner }, { emit }) => emit.ownerChanged({ owner }),
    closeAccount: ({ reason }, { emit }) => emit.accountClosed({ reason }),
  },
  events: {
    moneyPutIn(event, state) {
      state.cents += event.cents;
    },
    accountClosed(event, state) {
      state.closedFor = event.reason;
    },
  },
};
