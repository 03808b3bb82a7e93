import type { StatementsProjection } from "../../golden/gen/golden/bank/v1/statements_ego.ts";

export const some: Pick<StatementsProjection, "accountCredited"> = {
  // error at 40: TS2339: Property 'row' does not exist on type 'StatementsContext<StatementsDatabase>'.
  accountCredited: ({ amountCents }, { row }) => row.increment({ turnoverCents: amountCents }),
};
