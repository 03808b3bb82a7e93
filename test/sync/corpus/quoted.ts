import type { AccountBehavior as Behavior } from "./gen/golden/bank/v1/account_ego.ts";
const openAccount: Behavior["commands"]["openAccount"] = (command, { emit }) => emit.accountOpened({ ownerEmail: command.ownerEmail });
export const accountBehavior: Behavior = {
  "commands": { openAccount, "creditAccount": async ({ amountCents }, { emit }) => emit.accountCredited({ amountCents }), },
  ["events"]: {
    "accountCredited": (event, state) => { state.balanceCents += event.amountCents; },

    "accountDebited": (event, state) => { state.balanceCents -= event.amountCents; },
  },
}; // no newline at the end