// npm run bench:hot [-- --ms 1000 --rounds 5]: one entity with 64 callers, beside the same engine with one command in a
// transaction. Writes bench/results/hot-entity.json, and the table in docs/benchmarks.md.
import { parseArgs } from "node:util";
import { runEngine } from "./engine-run.ts";
import { openPlaces } from "./place.ts";
import { progressOf, rateOf } from "./progress.ts";
import { median, rounded, run, tableOf, writeResults } from "./results.ts";

const { values: options } = parseArgs({
  options: { ms: { type: "string", default: "1000" }, rounds: { type: "string", default: "5" } },
});
const ms = Number(options.ms);
const rounds = Number(options.rounds);
const stores = ["sqlite", "postgres"] as const;

await using places = await openPlaces(stores);
const progress = progressOf(stores.length);
const rows = [];
for (const store of stores) {
  const scenario = { store, callers: 64, entities: 1 };
  progress.begin(`${store}, one entity with ${scenario.callers} callers`);
  const grouped: number[] = [];
  const single: number[] = [];
  for (let round = 0; round < rounds; round++) {
    single.push((await runEngine(scenario, ms, places.next(), { commandsPerTransaction: 1 })).perSecond);
    grouped.push((await runEngine(scenario, ms, places.next())).perSecond);
  }
  const times = rounded(median(grouped.map((perSecond, round) => perSecond / (single[round] ?? Number.NaN))), 1);
  rows.push({
    ...scenario,
    commandsPerSecond: Math.round(median(grouped)),
    oneCommitEachPerSecond: Math.round(median(single)),
    times,
  });
  progress.end(`${rateOf(median(grouped))} commands/s, ${times} times one commit each`);
}

const markdown = tableOf(
  ["store", "callers", "commands/s", "one commit each, commands/s", "times"],
  rows.map((row) => [row.store, row.callers, row.commandsPerSecond, row.oneCommitEachPerSecond, row.times.toFixed(1)]),
);
const results = { ...run(), rounds, msPerRun: ms, rows };
writeResults("hot-entity", results, markdown, `; medians of ${rounds} interleaved runs of ${ms} ms`);
