import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  commands: {
    ...accountBehavior.commands,
    // error at 64: TS2379: Argument of type '{ ownerEmail: string | undefined; }' is not assignable to parameter of type 'Fields<AccountOpened>' with 'exactOptionalPropertyTypes: true'. Consider adding 'undefined' to the types of the target's properties.
    openAccount: (_, { emit, metadata }) => emit.accountOpened({ ownerEmail: metadata.email }),
  },
};
