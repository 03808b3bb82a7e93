import type { BalancesProjection } from "../../golden/gen/golden/bank/v1/account_ego.ts";

export const some: Pick<BalancesProjection, "accountClosed"> = {
  // error at 40: TS2322: Type 'Promise<() => Promise<void>>' is not assignable to type 'Promise<void>'.
  accountClosed: async (_, { row }) => row.remove,
};
