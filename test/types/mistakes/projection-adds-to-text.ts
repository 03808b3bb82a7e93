import type { BalancesProjection } from "../../golden/gen/golden/bank/v1/account_ego.ts";

export const some: Pick<BalancesProjection, "accountCredited"> = {
  // error at 93: TS2353: Object literal may only specify known properties, and 'ownerEmail' does not exist in type 'Increments<Balance>'.
  accountCredited: ({ amountCents }, { row }) => row.increment({ balanceCents: amountCents, ownerEmail: "x" }),
};
