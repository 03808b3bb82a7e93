import { monitorEventLoopDelay } from "node:perf_hooks";
import { defaultLimits, Engine, type Store } from "@ego/runtime";
import { accountBehavior } from "../examples/bank/src/account.ts";
import { account } from "../examples/bank/src/gen/bank/v1/account_ego.ts";
import { checkJournal } from "./check-journal.ts";
import { closedLoop, type Load } from "./load.ts";
import { type Place, storeAt } from "./place.ts";
import { accountId, metadata, type Scenario } from "./scenario.ts";

/** What was measured of a scenario, once. */
export interface EngineLoad extends Load {
  readonly commandsPerTransaction: number;
  /** How late the event loop was, in milliseconds: the 99th percentile. */
  readonly loopDelayP99Ms: number;
}

/** What is not as usual in a run. */
export interface RunOptions {
  /** Instead of the scenario's, as a saboteur. */
  readonly store?: Store;
  /** At most. */
  readonly commandsPerTransaction?: number;
}

/** Accounts that are opened side by side. */
const openedAtOnce = 10_000;

/**
 * Runs a scenario on the engine for a while, then reads the journal and checks that it has what was acknowledged.
 *
 * @throws Error if it has not
 */
export async function runEngine(
  scenario: Scenario,
  forMs: number,
  place: Place,
  { store = storeAt(scenario.store, place), commandsPerTransaction }: RunOptions = {},
): Promise<EngineLoad> {
  const { callers, entities } = scenario;
  const engine = await Engine.start({
    store,
    entities: [account.implement(accountBehavior)],
    ...(commandsPerTransaction === undefined
      ? {}
      : { limits: { transaction: { ...defaultLimits.transaction, maxEntries: commandsPerTransaction } } }),
  });
  const accounts = engine.entity(account);
  const credited = new Array<number>(entities).fill(0);
  for (let from = 0; from < entities; from += openedAtOnce) {
    const indexes = [...credited.slice(from, from + openedAtOnce).keys()];
    await Promise.all(
      indexes.map((index) => accounts.get(accountId(from + index)).openAccount({ ownerEmail: "ann@example.org" })),
    );
  }
  const options = { metadata };
  let next = 0;
  const send = async () => {
    const index = next++ % entities;
    await accounts.get(accountId(index)).creditAccount({ amountCents: 1n }, options);
    credited[index] = (credited[index] ?? 0) + 1;
  };

  await closedLoop(callers, forMs / 4, send);
  const before = engine.statistics;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const load = await closedLoop(callers, forMs, send);
  delay.disable();
  const after = engine.statistics;
  await engine.stop();

  const journal = scenario.store === "memory" ? store : storeAt(scenario.store, place);
  await journal.open?.([]);
  await checkJournal(journal, credited);
  await journal.close?.();
  return {
    ...load,
    commandsPerTransaction: (after.commands - before.commands) / (after.transactions - before.transactions),
    loopDelayP99Ms: delay.percentile(99) / 1e6,
  };
}
