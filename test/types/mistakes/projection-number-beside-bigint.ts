import type { BalancesProjection } from "../../golden/gen/golden/bank/v1/account_ego.ts";

export const some: Pick<BalancesProjection, "accountCredited"> = {
  // error at 52: TS2322: Type 'number' is not assignable to type 'bigint'.
  accountCredited: (_, { row }) => row.increment({ balanceCents: 1 }),
};
