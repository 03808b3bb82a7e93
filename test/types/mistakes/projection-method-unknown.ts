import type { BalancesProjection } from "../../golden/gen/golden/bank/v1/account_ego.ts";

export const projection: BalancesProjection = {
  accountOpened: async () => {},
  accountCredited: async () => {},
  accountDebited: async () => {},
  accountClosed: async () => {},
  // error at 3: TS2353: Object literal may only specify known properties, and 'accountFrozen' does not exist in type 'BalancesProjection<AccountDatabase>'.
  accountFrozen: async () => {},
};
