import type { AccountBehavior } from "./gen/golden/bank/v1/account_ego.ts";

export interface Ledger<Entry extends { readonly id: string }> {
  book(entry: Entry): void;
}

export function accountBehavior<Entry extends { readonly id: string }, L extends Ledger<Entry> = Ledger<Entry>>(
  ledger: L,
  entryOf: <K extends keyof AccountBehavior["commands"]>(kind: K, amount: bigint) => Entry,
): AccountBehavior {
  const book = (kind: keyof AccountBehavior["commands"], amount: bigint): void => ledger.book(entryOf(kind, amount));

  return ({
    commands: {
      creditAccount(command, { emit }) {
        book("creditAccount", command.amountCents);
        return emit.accountCredited({ amountCents: command.amountCents });
      },
    },
    events: {
      accountClosed: (_, state) => { state.closed = true; },
    },
  }) satisfies AccountBehavior | object as AccountBehavior;
}
