// npm run bench:peers [-- --store sqlite --callers 64 --entities 1000 --ms 400 --rounds 3]: commands per second beside
// Emmett's, on the same databases in the same run. Writes bench/results/peers.json and .svg, and the table in
// docs/benchmarks.md, unless only some rows were asked for.
import { parseArgs } from "node:util";
import { type Emmett, openEmmett } from "./emmett.ts";
import { runEngine } from "./engine-run.ts";
import { closedLoop } from "./load.ts";
import { openPlaces, type Place } from "./place.ts";
import { writePlot } from "./plot.ts";
import { progressOf } from "./progress.ts";
import { median, rounded, run, tableOf, writeResults } from "./results.ts";
import { accountId, chosen, type Scenario, scenarios } from "./scenario.ts";

interface PeerScenario extends Scenario {
  readonly store: "sqlite" | "postgres";
}

interface PeerRow extends PeerScenario {
  readonly commandsPerSecond: number;
  readonly emmettCommandsPerSecond: number;
  readonly emmettAppendsPerSecond: number;
  /** Commands of the engine for one that Emmett handles: the median of the ratios of each round. */
  readonly timesCommands: number;
  readonly timesAppends: number;
}

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
const all = scenarios.filter((one): one is PeerScenario => one.store !== "memory");
const asked = chosen(all, options);

await using places = await openPlaces(asked.map(({ store }) => store));
const progress = progressOf(asked.length);
const rows: PeerRow[] = [];
for (const scenario of asked) {
  progress.begin(`${scenario.store}, ${scenario.callers} callers × ${scenario.entities} entities`);
  const ego: number[] = [];
  const handled: number[] = [];
  const appended: number[] = [];
  for (let round = 0; round < rounds; round++) {
    handled.push(await runEmmett(scenario, places.next(), (emmett, id) => emmett.handle(id)));
    ego.push((await runEngine(scenario, ms, places.next())).perSecond);
    appended.push(await runEmmett(scenario, places.next(), (emmett, id) => emmett.append(id)));
  }
  const times = (of: readonly number[]) =>
    rounded(median(ego.map((perSecond, round) => perSecond / (of[round] ?? Number.NaN))), 1);
  const row: PeerRow = {
    ...scenario,
    commandsPerSecond: Math.round(median(ego)),
    emmettCommandsPerSecond: Math.round(median(handled)),
    emmettAppendsPerSecond: Math.round(median(appended)),
    timesCommands: times(handled),
    timesAppends: times(appended),
  };
  rows.push(row);
  progress.end(`${row.timesCommands} times Emmett's commands, ${row.timesAppends} times its appends`);
}

const markdown = tableOf(
  ["store", "callers", "entities", "commands/s", "Emmett commands/s", "times", "Emmett appends/s", "times"],
  rows.map((row) => [
    row.store,
    row.callers,
    row.entities,
    row.commandsPerSecond,
    row.emmettCommandsPerSecond,
    row.timesCommands.toFixed(1),
    row.emmettAppendsPerSecond,
    row.timesAppends.toFixed(1),
  ]),
);
if (asked.length < all.length) {
  console.log(markdown.join("\n"));
} else {
  const plot = writePlot("peers", {
    title: "Commands beside Emmett's, of which each reads its stream",
    unit: "per second",
    series: ["ego", "Emmett, commands", "Emmett, appends"],
    groups: rows
      .filter(({ entities }) => entities === 1_000)
      .map((row) => ({
        label: `${row.store}, ${row.callers} callers`,
        values: [row.commandsPerSecond, row.emmettCommandsPerSecond, row.emmettAppendsPerSecond],
      })),
  });
  const results = { ...run(), emmett: "0.42", rounds, msPerRun: ms, rows };
  writeResults("peers", results, [plot, "", ...markdown], `; medians of ${rounds} interleaved runs of ${ms} ms`);
}

async function runEmmett(
  { store, callers, entities }: PeerScenario,
  place: Place,
  send: (emmett: Emmett, id: string) => Promise<void>,
): Promise<number> {
  await using emmett = await openEmmett(store, place);
  const sent = new Map<string, number>();
  let next = 0;
  const one = async () => {
    const id = accountId(next++ % entities);
    await send(emmett, id);
    sent.set(id, (sent.get(id) ?? 0) + 1);
  };
  await one();
  const { perSecond } = await closedLoop(callers, ms, one);
  for (const [id, count] of sent) {
    const stored = await emmett.count(id);
    if (stored !== count) throw new Error(`Emmett's ${id} has ${stored} events, and ${count} were acknowledged`);
  }
  return perSecond;
}
