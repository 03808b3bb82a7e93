import type { BalancesProjection } from "../../golden/gen/golden/bank/v1/account_ego.ts";

export const some: Pick<BalancesProjection, "accountCredited"> = {
  // error at 3: TS2322: Type '({ amountCents }: AccountCredited, { row }: BalancesRowContext<AccountDatabase>) => Promise<void> | undefined' is not assignable to type 'Project<AccountCredited, BalancesRowContext<AccountDatabase>>'.
  accountCredited({ amountCents }, { row }) {
    if (amountCents > 0n) return row.increment({ balanceCents: amountCents });
    row.remove();
  },
};
