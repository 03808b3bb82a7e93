import type { BalancesProjection } from "../../golden/gen/golden/bank/v1/account_ego.ts";

export const some: Pick<BalancesProjection, "accountCredited" | "accountClosed"> = {
  // error at 3: TS2322: Type '({ amountCents }: AccountCredited, { row }: BalancesRowContext<AccountDatabase>) => void' is not assignable to type 'Project<AccountCredited, BalancesRowContext<AccountDatabase>>'.
  accountCredited({ amountCents }, { row }) {
    row.increment({ balanceCents: amountCents });
  },
  // error at 34: TS2322: Type 'undefined' is not assignable to type 'Promise<void>'.
  accountClosed: (_, { row }) => void row.remove(),
};
