import { create } from "@bufbuild/protobuf";
import { accountBehavior } from "../../../examples/bank/src/account.ts";
import type { AccountBehavior } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { AccountClosedSchema } from "../../../examples/bank/src/gen/bank/v1/account_pb.ts";

export const behavior: AccountBehavior = {
  ...accountBehavior,
  commands: {
    ...accountBehavior.commands,
    // error at 62: TS2322: Type 'AccountClosed' is not assignable to type 'AccountCredited'.
    creditAccount: (_, { emit }) => [emit.accountCredited(), create(AccountClosedSchema)],
  },
};
