import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  events: {
    ...accountBehavior.events,
    // error at 34: TS2322: Type '{ $typeName: "bank.v1.Account"; $unknown?: UnknownField[] | undefined; accountId: string; ownerEmail: string; balanceCents: bigint; closed: boolean; }' is not assignable to type 'undefined'.
    accountClosed: (_, state) => ({ ...state, closed: true }),
  },
};
