import type { BalancesProjection } from "../../golden/gen/golden/bank/v1/account_ego.ts";

export const some: Pick<BalancesProjection, "accountClosed"> = {
  // error at 9: TS2322: Type '(_: AccountClosed, { tx, entityId }: BalancesRowContext<AccountDatabase>) => Promise<DeleteQueryBuilder<AccountDatabase, "balances", DeleteResult>>' is not assignable to type 'Project<AccountClosed, BalancesRowContext<AccountDatabase>>'.
  async accountClosed(_, { tx, entityId }) {
    return tx.deleteFrom("balances").where("account_id", "=", entityId);
  },
};
