import type { AccountAppliers, AccountBehavior, AccountHandlers } from "./gen/golden/bank/v1/account_ego.ts";

const openAccount: AccountHandlers["openAccount"] = (command, { emit }) =>
  emit.accountOpened({ ownerEmail: command.ownerEmail });

const creditAccount: AccountHandlers["creditAccount"] = (command, { emit }) =>
  emit.accountCredited({ amountCents: command.amountCents });

const commands: AccountHandlers = { openAccount, creditAccount };

export const appliers: AccountAppliers = {
  accountClosed(_event, state) {
    state.closed = true;
  },
};

export const accountBehavior: AccountBehavior = { commands, events: appliers };
