import type { BalancesProjection } from "./gen/bank/v1/account_ego.ts";

/** What each event of an account does to its row. */
export const balancesProjection: BalancesProjection = {
  accountOpened: ({ ownerEmail }, { row }) => row.upsert({ ownerEmail }),
  accountCredited: ({ amountCents }, { row }) => row.increment({ balanceCents: amountCents }),
  accountDebited: ({ amountCents }, { row }) => row.increment({ balanceCents: -amountCents }),
  accountClosed: (_, { row }) => row.upsert({ closed: true }),
};
