import type { AccountAppliers } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export class Appliers implements Pick<AccountAppliers, "accountClosed"> {
  // error at 17: TS7006: Parameter 'event' implicitly has an 'any' type.
  // error at 17: TS9011: Parameter must have an explicit type annotation with --isolatedDeclarations.
  accountClosed(event): undefined {
    console.log(event);
  }
}
