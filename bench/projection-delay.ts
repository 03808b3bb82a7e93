import { setTimeout as sleep } from "node:timers/promises";
import { Engine, projection, type Store } from "@ego/runtime";
import { accountBehavior } from "../examples/bank/src/account.ts";
import { account } from "../examples/bank/src/gen/bank/v1/account_ego.ts";
import { type Place, storeAt } from "./place.ts";

/** Commands per second that are sent. */
const wanted = 1_000;
const entities = 200;

/** How long after its commit an event comes to a handler, in milliseconds, while so many commands are stored. */
export async function delayOf(
  kind: "sqlite" | "postgres",
  place: Place,
  seconds: number,
): Promise<{ readonly p50: number; readonly p99: number; readonly perSecond: number }> {
  const store = storeAt(kind, place);
  const committed = new Map<string, number>();
  const delays: number[] = [];
  const engine = await Engine.start({
    store: timed(store, committed),
    entities: [account.implement(accountBehavior)],
    projections: [
      projection<typeof account>({
        name: "delays",
        entities: [account],
        handle: async ({ shard, position }) => {
          const at = committed.get(`${shard}:${position}`);
          if (at !== undefined) delays.push(performance.now() - at);
        },
      }),
    ],
  });
  const accounts = engine.entity(account);
  await Promise.all(Array.from({ length: entities }, (_, n) => accounts.get(`a-${n}`).openAccount({})));
  const started = performance.now();
  const answers: Promise<unknown>[] = [];
  for (let sent = 0; sent < wanted * seconds; ) {
    const due = Math.min(wanted * seconds, ((performance.now() - started) / 1_000) * wanted);
    for (; sent < due; sent++) answers.push(accounts.get(`a-${sent % entities}`).creditAccount({ amountCents: 1n }));
    await sleep(1);
  }
  await Promise.all(answers);
  const perSecond = answers.length / ((performance.now() - started) / 1_000);
  await using stream = engine.subscribe({ from: "now" });
  await engine.projection("delays").caughtUpTo(await stream.positions());
  stream.close();
  await engine.stop();
  if (delays.length < wanted * seconds) throw new Error(`only ${delays.length} events were handed to the projection`);
  delays.sort((a, b) => a - b);
  const at = (share: number) => delays[Math.floor(delays.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), perSecond };
}

/** Notes when an append was answered, for each of its events. */
function timed(store: Store, committed: Map<string, number>): Store {
  const append: Store["events"]["append"] = async (batch) => {
    const results = await store.events.append(batch);
    const now = performance.now();
    for (const [index, result] of results.entries()) {
      const { shard = 0, events = [] } = batch[index] ?? {};
      if (!result.stored) continue;
      for (let n = 0; n < events.length; n++) committed.set(`${shard}:${result.position - n}`, now);
    }
    return results;
  };
  const events = new Proxy(store.events, {
    get: (target, name) => (name === "append" ? append : Reflect.get(target, name)),
  });
  return new Proxy(store, { get: (target, name) => (name === "events" ? events : Reflect.get(target, name)) });
}
