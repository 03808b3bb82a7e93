import { balances } from "../../golden/gen/golden/bank/v1/account_ego.ts";
import type { StatementsProjection } from "../../golden/gen/golden/bank/v1/statements_ego.ts";

export function implement(projection: StatementsProjection): void {
  // error at 22: TS2739: Type 'StatementsProjection<StatementsDatabase>' is missing the following properties from type 'BalancesProjection<AccountDatabase>': accountOpened, accountClosed
  balances.implement(projection);
}
