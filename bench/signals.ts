// npm run bench:signals [-- --pairs 9 --seconds 5]: commands of an engine on Postgres that tells others by NOTIFY what it
// stores, next to one that does not. Writes bench/results/signals.json and the table in docs/benchmarks.md.
import { parseArgs } from "node:util";
import type { Store } from "@ego/runtime";
import { openPlaces, type Place, storeAt } from "./place.ts";
import { progressOf } from "./progress.ts";
import { commandsPerSecond } from "./projection-commands.ts";
import { median, rounded, run, tableOf, writeResults } from "./results.ts";

const { values: options } = parseArgs({
  options: { pairs: { type: "string", default: "9" }, seconds: { type: "string", default: "5" } },
});
const pairs = Number(options.pairs);
const seconds = Number(options.seconds);

/** What signals cost. */
interface SignalCost {
  /** Commands per second of an engine that tells others what it stores. */
  readonly withSignals: number;
  /** Of one that does not. */
  readonly without: number;
  /** Of the first to the second, of one pair. */
  readonly ratio: number;
}

// Pairs of runs, one right behind the other: the machine changes by more than what is looked for.
await using places = await openPlaces(["postgres"]);
const progress = progressOf(pairs);
const costs: SignalCost[] = [];
for (let pair = 0; pair < pairs; pair++) {
  progress.begin("commands with and without signals");
  costs.push(await costOf(() => places.next(), pair % 2 === 0));
  progress.end(String(rounded(costs.at(-1)?.ratio ?? 0, 3)));
}
const [withSignals, without, ratio] = (["withSignals", "without", "ratio"] as const).map((name) =>
  median(costs.map((cost) => cost[name])),
) as [number, number, number];
writeResults(
  "signals",
  { ...run(), pairs, seconds, withSignals, without, ratio, ratios: costs.map((cost) => rounded(cost.ratio, 3)) },
  tableOf(
    ["commands/s with NOTIFY", "without", "ratio of pairs", "target"],
    [
      [
        Math.round(withSignals).toLocaleString("en"),
        Math.round(without).toLocaleString("en"),
        rounded(ratio, 3),
        "> 0.95",
      ],
    ],
  ),
  `; medians of ${pairs} pairs`,
);

/** @param first which of the two comes first */
async function costOf(next: () => Place, first: boolean): Promise<SignalCost> {
  const rates = new Map<boolean, number>();
  for (const signals of [first, !first]) {
    const store = storeAt("postgres", next());
    rates.set(signals, await commandsPerSecond(signals ? store : mute(store), seconds, []));
  }
  const [withSignals = 0, without = 0] = [rates.get(true), rates.get(false)];
  return { withSignals, without, ratio: withSignals / without };
}

function mute(store: Store): Store {
  return new Proxy(store, { get: (target, name) => (name === "signals" ? undefined : Reflect.get(target, name)) });
}
