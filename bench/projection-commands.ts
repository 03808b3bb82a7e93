import { type AnyProjection, Engine, type Store } from "@ego/runtime";
import { accountBehavior } from "../examples/bank/src/account.ts";
import { account } from "../examples/bank/src/gen/bank/v1/account_ego.ts";
import { closedLoop } from "./load.ts";

const callers = 500;
const entities = 500;

/** Commands per second of an engine with these projections. */
export async function commandsPerSecond(
  store: Store,
  seconds: number,
  projections: readonly AnyProjection[],
): Promise<number> {
  const engine = await Engine.start({ store, entities: [account.implement(accountBehavior)], projections });
  const accounts = engine.entity(account);
  await Promise.all(Array.from({ length: entities }, (_, n) => accounts.get(`a-${n}`).openAccount({})));
  let sent = 0;
  const send = () => accounts.get(`a-${sent++ % entities}`).creditAccount({ amountCents: 1n });
  await closedLoop(callers, 1_000, send);
  const { perSecond } = await closedLoop(callers, seconds * 1_000, send);
  await engine.stop();
  return perSecond;
}
