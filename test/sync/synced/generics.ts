import type { AccountBehavior } from "./gen/golden/bank/v1/account_ego.ts";
import { NotImplemented } from "@ego/runtime";

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
      /** Opens the account. */
      openAccount() {
        // (command, { state, emit }): emit.accountOpened, emit.accountCredited
        throw new NotImplemented("golden.bank.v1.OpenAccount");
      },
      /** Takes money out, as far as there is some. */
      debitAccount() {
        // (command, { state, emit, reject }): emit.accountDebited, reject.accountIsClosed,
        //   reject.insufficientFunds
        throw new NotImplemented("golden.bank.v1.DebitAccount");
      },
      /** Pays the rest out and closes the account. */
      closeAccount() {
        // (command, { state, emit }): emit.accountDebited, emit.accountClosed
        throw new NotImplemented("golden.bank.v1.CloseAccount");
      },
    },
    events: {
      accountClosed: (_, state) => { state.closed = true; },
      accountCredited() {
        // (event, state): event.amountCents
        throw new NotImplemented("golden.bank.v1.AccountCredited");
      },
      accountDebited() {
        // (event, state): event.amountCents
        throw new NotImplemented("golden.bank.v1.AccountDebited");
      },
    },
  }) satisfies AccountBehavior | object as AccountBehavior;
}
