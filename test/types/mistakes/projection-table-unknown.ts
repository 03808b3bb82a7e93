import type { BalancesProjection } from "../../golden/gen/golden/bank/v1/account_ego.ts";

export const some: Pick<BalancesProjection, "accountClosed"> = {
  async accountClosed(_, { tx }) {
    // error at 25: TS2345: Argument of type '"audit"' is not assignable to parameter of type 'TableExpressionOrList<AccountDatabase, never>'.
    await tx.deleteFrom("audit").execute();
  },
};
