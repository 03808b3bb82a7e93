import { Engine, memoryStore } from "@ego/runtime";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

// error at 89: TS2322: Type 'Entity<AccountBehavior, AccountClient, AccountEvents, AccountRejections, Account>' is not assignable to type 'AnyImplementation'.
export const started: Promise<Engine> = Engine.start({ store: memoryStore(), entities: [account] });
