import { balances } from "../../golden/gen/golden/bank/v1/account_ego.ts";

// error at 20: TS2741: Property 'accountClosed' is missing in type '{ accountOpened: ({ ownerEmail }: AccountOpened, { row }: BalancesRowContext<AccountDatabase>) => Promise<void>; accountCredited: ({ amountCents }: AccountCredited, { row }: BalancesRowContext<...>) => Promise<...>; accountDebited: ({ amountCents }: AccountDebited, { row }: BalancesRowContext<...>) => Promise<...>; }' but required in type 'BalancesProjection<AccountDatabase>'.
balances.implement({
  accountOpened: ({ ownerEmail }, { row }) => row.upsert({ ownerEmail }),
  accountCredited: ({ amountCents }, { row }) => row.increment({ balanceCents: amountCents }),
  accountDebited: ({ amountCents }, { row }) => row.increment({ balanceCents: -amountCents }),
});
