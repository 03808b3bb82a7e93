import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  // error at 3: TS2741: Property 'closeAccount' is missing in type '{ openAccount: (command: OpenAccount, { emit }: DecideContext<Account, Pick<AccountEvents, "accountCredited" | "accountOpened">, Nothing>) => AccountOpened; creditAccount: (command: CreditAccount, { emit }: DecideContext<...>) => AccountCredited; debitAccount: (command: DebitAccount, { emit }: DecideContext<...>) =>...' but required in type 'AccountHandlers'.
  commands: {
    openAccount: (command, { emit }) => emit.accountOpened({ ownerEmail: command.ownerEmail }),
    creditAccount: (command, { emit }) => emit.accountCredited({ amountCents: command.amountCents }),
    debitAccount: (command, { emit }) => emit.accountDebited({ amountCents: command.amountCents }),
  },
};
