import type { BalancesProjection } from "../../golden/gen/golden/bank/v1/account_ego.ts";

interface AppDatabase {
  audit: { entry: string };
}

// error at 45: TS2741: Property 'balances' is missing in type 'AppDatabase' but required in type 'AccountDatabase'.
export type Projection = BalancesProjection<AppDatabase>;
