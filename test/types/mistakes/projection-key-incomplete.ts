import type { StatementsProjection } from "../../golden/gen/golden/bank/v1/statements_ego.ts";

export const some: Pick<StatementsProjection, "accountCredited"> = {
  accountCredited: ({ amountCents }, { entityId, rowOf }) =>
    // error at 11: TS2741: Property 'day' is missing in type '{ accountId: string; }' but required in type 'Pick<Statement, "accountId" | "day">'.
    rowOf({ accountId: entityId }).increment({ turnoverCents: amountCents }),
};
