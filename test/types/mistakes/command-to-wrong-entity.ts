import type { Engine } from "@ego/runtime";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";

export async function send(engine: Engine): Promise<void> {
  // error at 43: TS2339: Property 'addStock' does not exist on type 'AccountClient'.
  await engine.entity(account).get("a-1").addStock({ quantity: 3 });
}
