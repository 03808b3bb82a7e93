import type { BalancesProjection } from "../../golden/gen/golden/bank/v1/account_ego.ts";

// error at 14: TS2741: Property 'accountClosed' is missing in type '{ accountOpened: ({ ownerEmail }: AccountOpened, { row }: BalancesRowContext<AccountDatabase>) => Promise<void>; accountCredited: ({ amountCents }: AccountCredited, { row }: BalancesRowContext<...>) => Promise<...>; accountDebited: ({ amountCents }: AccountDebited, { row }: BalancesRowContext<...>) => Promise<...>; }' but required in type 'BalancesProjection<AccountDatabase>'.
export const projection: BalancesProjection = {
  accountOpened: ({ ownerEmail }, { row }) => row.upsert({ ownerEmail }),
  accountCredited: ({ amountCents }, { row }) => row.increment({ balanceCents: amountCents }),
  accountDebited: ({ amountCents }, { row }) => row.increment({ balanceCents: -amountCents }),
};
