import { monitorEventLoopDelay } from "node:perf_hooks";
import { Engine, memoryStore, type Store } from "@ego/runtime";
import { postgresStore } from "@ego/runtime/postgres";
import { sqliteStore } from "@ego/runtime/sqlite";
import { accountBehavior } from "../examples/bank/src/account.ts";
import { account } from "../examples/bank/src/gen/bank/v1/account_ego.ts";
import { accountId, type Measured, type Place, type Scenario } from "./scenario.ts";

/**
 * Runs a scenario on the engine for a while, and checks that each account holds what was acknowledged.
 *
 * @throws Error if one does not
 */
export async function runEngine(scenario: Scenario, forMs: number, place: Place): Promise<Measured> {
  const engine = await Engine.start({
    store: storeOf(scenario, place),
    entities: [account.implement(accountBehavior)],
  });
  const accounts = engine.entity(account);
  const credited = new Array<number>(scenario.entities).fill(0);
  await Promise.all(credited.map((_, i) => accounts.get(accountId(i)).openAccount({ ownerEmail: "ann@example.org" })));
  const latencies: number[] = [];
  let next = 0;
  const send = async () => {
    const index = next++ % scenario.entities;
    const sent = performance.now();
    await accounts.get(accountId(index)).creditAccount({ amountCents: 1n });
    latencies.push(performance.now() - sent);
    credited[index] = (credited[index] ?? 0) + 1;
  };
  const runFor = async (ms: number) => {
    const until = performance.now() + ms;
    const call = async () => {
      while (performance.now() < until) await send();
    };
    await Promise.all(Array.from({ length: scenario.callers }, call));
  };

  await runFor(forMs / 4);
  latencies.length = 0;
  const before = engine.statistics;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const started = performance.now();
  await runFor(forMs);
  const seconds = (performance.now() - started) / 1_000;
  delay.disable();
  const after = engine.statistics;

  for (const [index, commands] of credited.entries()) {
    const { state } = await engine.state(account, accountId(index));
    if (state.balanceCents !== BigInt(commands)) {
      throw new Error(`${accountId(index)} holds ${state.balanceCents}, and ${commands} commands were acknowledged`);
    }
  }
  await engine.stop();
  latencies.sort((a, b) => a - b);
  return {
    commandsPerSecond: latencies.length / seconds,
    commandsPerTransaction: (after.commands - before.commands) / (after.transactions - before.transactions),
    loopDelayP99Ms: delay.percentile(99) / 1e6,
    latencyP50Ms: percentile(latencies, 0.5),
    latencyP99Ms: percentile(latencies, 0.99),
  };
}

function storeOf({ store }: Scenario, { filename, url, schema }: Place): Store {
  switch (store) {
    case "memory":
      return memoryStore();
    case "sqlite":
      return sqliteStore({ filename });
    case "postgres":
      return postgresStore({ connectionString: url, schema });
  }
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
