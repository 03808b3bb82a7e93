// npm run bench [-- --store sqlite,postgres --callers 64,512 --entities 1000 --ms 400 --rounds 3]: commands per second
// beside the raw limit of the same run. Writes bench/results/commands.json and .svg, and the table in docs/benchmarks.md,
// unless only some rows were asked for.
import { parseArgs } from "node:util";
import { type EngineLoad, runEngine } from "./engine-run.ts";
import type { Load } from "./load.ts";
import { openPlaces } from "./place.ts";
import { writePlot } from "./plot.ts";
import { progressOf, rateOf } from "./progress.ts";
import { runRaw } from "./raw-run.ts";
import { markdownOf, type Report, type Row, rowOf } from "./report.ts";
import { run, writeResults } from "./results.ts";
import { chosen, scenarios } from "./scenario.ts";

const { values: options } = parseArgs({
  options: {
    store: { type: "string" },
    callers: { type: "string" },
    entities: { type: "string" },
    ms: { type: "string", default: "400" },
    rounds: { type: "string", default: "3" },
  },
});
const ms = Number(options.ms);
const rounds = Number(options.rounds);
const asked = chosen(scenarios, options);

await using places = await openPlaces(asked.map(({ store }) => store));
const progress = progressOf(asked.length);
const rows: Row[] = [];
for (const scenario of asked) {
  progress.begin(`${scenario.store}, ${scenario.callers} callers × ${scenario.entities} entities`);
  const engine: EngineLoad[] = [];
  const raw: Load[] = [];
  for (let round = 0; round < rounds; round++) {
    raw.push(await runRaw(scenario, ms, places.next()));
    engine.push(await runEngine(scenario, ms, places.next()));
  }
  const row = rowOf(scenario, engine, raw);
  rows.push(row);
  progress.end(`${rateOf(row.commandsPerSecond)} commands/s, ${row.ratio.toFixed(2)} of raw`);
}

if (asked.length < scenarios.length) {
  console.log(markdownOf({ rows }).join("\n"));
} else {
  const report: Report = { ...run(), rounds, msPerRun: ms, rows };
  const plot = writePlot("commands", {
    title: "Commands of the engine beside the raw limit of its store",
    unit: "per second",
    series: ["engine", "raw limit"],
    groups: rows
      .filter(({ entities }) => entities === 1_000)
      .map((row) => ({
        label: `${row.store}, ${row.callers} callers`,
        values: [row.commandsPerSecond, row.rawPerSecond],
      })),
  });
  const how = `; medians of ${rounds} interleaved runs of ${ms} ms`;
  writeResults("commands", report, [plot, "", ...markdownOf(report)], how);
}
