import type { AccountBehavior } from "./gen/golden/bank/v1/account_ego.ts";
import type {
  TransferBehavior,
  TransferProcessBehavior,
} from "./gen/golden/bank/v1/transfer_ego.ts";

// #region account
export const accountBehavior: AccountBehavior = {
  commands: {
    openAccount: (command, { emit }) => emit.accountOpened({ ownerEmail: command.ownerEmail }),
  },
  events: {},
};
// #endregion

// #region transfer
export const transferBehavior: TransferBehavior = { commands: {}, events: {} };

export const transferProcess: TransferProcessBehavior = {
  events: {
    transferRequested({ fromId, toId, amountCents }, { state, send, schedule }) {
      state.fromId = fromId;
      state.toId = toId;
      state.amountCents = amountCents;
      return [send.debitAccount(fromId, { amountCents }), schedule("stuck", { hours: 1 })];
    },
  },
};
// #endregion
