import type { AccountBehavior, AccountHandlers } from "./gen/golden/bank/v1/account_ego.ts";

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
  },
  events: {
    ...appliers(),
    accountClosed: (_, state) => {
      state.closed = true;
    },
  },
};
