import type { BalancesProjection } from "../../golden/gen/golden/bank/v1/account_ego.ts";

export const some: Pick<BalancesProjection, "accountOpened"> = {
  // error at 60: TS2561: Object literal may only specify known properties, but 'ownerMail' does not exist in type 'Fields<Balance>'. Did you mean to write 'ownerEmail'?
  accountOpened: ({ ownerEmail }, { row }) => row.upsert({ ownerMail: ownerEmail }),
};
