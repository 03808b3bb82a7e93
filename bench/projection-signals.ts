import { Engine, type Store } from "@ego/runtime";
import { accountBehavior } from "../examples/bank/src/account.ts";
import { account } from "../examples/bank/src/gen/bank/v1/account_ego.ts";
import { closedLoop } from "./load.ts";
import { type Place, storeAt } from "./place.ts";
import { median } from "./results.ts";

const callers = 500;
const entities = 500;

/** Commands per second of an engine that tells others what it stores, and of one that does not. */
export async function signalCost(
  next: () => Place,
  seconds: number,
  rounds: number,
): Promise<{ readonly withSignals: number; readonly without: number }> {
  const withSignals: number[] = [];
  const without: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // In turns, and each first in its turn.
    for (const first of round % 2 === 0 ? [true, false] : [false, true]) {
      const store = storeAt("postgres", next());
      (first ? withSignals : without).push(await load(first ? store : mute(store), seconds));
    }
  }
  return { withSignals: median(withSignals), without: median(without) };
}

async function load(store: Store, seconds: number): Promise<number> {
  const engine = await Engine.start({ store, entities: [account.implement(accountBehavior)] });
  const accounts = engine.entity(account);
  await Promise.all(Array.from({ length: entities }, (_, n) => accounts.get(`a-${n}`).openAccount({})));
  let sent = 0;
  const send = () => accounts.get(`a-${sent++ % entities}`).creditAccount({ amountCents: 1n });
  await closedLoop(callers, 1_000, send);
  const { perSecond } = await closedLoop(callers, seconds * 1_000, send);
  await engine.stop();
  return perSecond;
}

function mute(store: Store): Store {
  return new Proxy(store, { get: (target, name) => (name === "signals" ? undefined : Reflect.get(target, name)) });
}
