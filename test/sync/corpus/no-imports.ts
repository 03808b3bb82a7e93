"use strict"; // as ever
'use client'

/** What is exported, and nothing else. */
export const accountBehavior: import("./gen/golden/bank/v1/account_ego.ts").AccountBehavior = {
  commands: { openAccount: (command, { emit }) => emit.accountOpened({ ownerEmail: command.ownerEmail }) },
  events: { accountClosed(_, state) { state.closed = true } }
}
