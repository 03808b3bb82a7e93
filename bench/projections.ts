// npm run bench:projections [-- --events 100000 --rounds 3 --seconds 10]: what projections cost, next to a bare loop that does
// the same; how late they are; what they ask for while nothing happens. Writes bench/results/projections.json and the table in
// docs/benchmarks.md.
import { parseArgs } from "node:util";
import { fillJournal } from "./journal-fill.ts";
import { openPlaces } from "./place.ts";
import { progressOf } from "./progress.ts";
import { projectBare, projectWithEngine } from "./projection-catch-up.ts";
import { delayOf, rawDelayOf } from "./projection-delay.ts";
import { idleQueries } from "./projection-idle.ts";
import { inlineCost } from "./projection-inline.ts";
import { projectionSizeCosts } from "./projection-size.ts";
import { median, rounded, run, tableOf, writeResults } from "./results.ts";

const { values: options } = parseArgs({
  options: {
    store: { type: "string", default: "sqlite,postgres" },
    events: { type: "string", default: "100000" },
    sizes: { type: "string", default: "100000,1000000" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "10" },
  },
});
const stores = (["sqlite", "postgres"] as const).filter((store) => options.store.split(",").includes(store));
const events = Number(options.events);
const sizes = options.sizes.split(",").map(Number);
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);

interface Row {
  readonly store: string;
  readonly measured: string;
  readonly value: string;
  readonly target: string;
}

await using places = await openPlaces(stores);
const progress = progressOf(stores.length * 5 + (stores.includes("postgres") ? 1 : 0));
const rows: Row[] = [];
for (const store of stores) {
  progress.begin(`${store}, ${rounds} catch-ups of ${events.toLocaleString("en")} events`);
  const bare: number[] = [];
  const engine: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // Each a journal of its own, just filled; in turns, since the machine is not the same all the time.
    const journals = [await fillJournal(store, places.next(), events), await fillJournal(store, places.next(), events)];
    const [first, second] = journals as [(typeof journals)[0], (typeof journals)[0]];
    if (round % 2 === 0) bare.push(first.events / (await projectBare(first)));
    engine.push(second.events / (await projectWithEngine(second)));
    if (round % 2 === 1) bare.push(first.events / (await projectBare(first)));
  }
  const ratio = rounded(median(engine) / median(bare), 2);
  rows.push({
    store,
    measured: "catch-up, events/s; bare loop; ratio",
    value: `${Math.round(median(engine)).toLocaleString("en")}; ${Math.round(median(bare)).toLocaleString("en")}; ${ratio}`,
    target: "ratio ≥ 0.5",
  });
  progress.end(`${ratio} of bare`);

  progress.begin(`${store}, delay at 1,000 commands/s`);
  const { p50, p99, perSecond } = await delayOf(store, places.next(), seconds);
  rows.push({
    store,
    measured: `commit to handler at ${Math.round(perSecond)} commands/s, ms: p50, p99`,
    value: `${p50.toFixed(1)}, ${p99.toFixed(1)}`,
    target: "20, 100",
  });
  progress.end(`${p50.toFixed(1)} and ${p99.toFixed(1)} ms`);
  if (store === "postgres") {
    progress.begin("postgres, delay of a bare loop");
    const bare = await rawDelayOf(places.next(), seconds);
    rows.push({
      store,
      measured: `commit to a bare loop at ${Math.round(bare.perSecond)} commands/s, ms: p50, p99`,
      value: `${bare.p50.toFixed(1)}, ${bare.p99.toFixed(1)}`,
      target: "",
    });
    progress.end(`${bare.p50.toFixed(1)} and ${bare.p99.toFixed(1)} ms`);
  }

  progress.begin(`${store}, queries of an idle engine`);
  const idle: string[] = [];
  for (const [projections, ofStates] of [
    [1, false],
    [20, false],
    [20, true],
  ] as const) {
    idle.push((await idleQueries(store, places.next(), projections, ofStates, seconds)).toFixed(2));
  }
  rows.push({
    store,
    measured: "queries/s while idle, 1 and 20 projections; one of durable states beside them",
    value: idle.join(", "),
    target: "< 2",
  });
  progress.end(idle.join(", "));

  progress.begin(`${store}, commands without, with and within a read model`);
  const cost = await inlineCost(store, () => places.next(), seconds, rounds);
  rows.push({
    store,
    measured: "commands/s without a read model; with one behind them; with an inline one",
    value: [cost.none, cost.behind, cost.inline].map((rate) => Math.round(rate).toLocaleString("en")).join("; "),
    target: "",
  });
  progress.end(`inline ${rounded(cost.inline / cost.none, 2)} of without`);

  progress.begin(`${store}, journals of ${sizes.map((size) => size.toLocaleString("en")).join(", ")} events`);
  for (const cost of await projectionSizeCosts(store, () => places.next(), sizes)) {
    rows.push({
      store,
      measured: `status, and one event pulled, in a journal of ${cost.events.toLocaleString("en")} events, ms`,
      value: `${cost.statusMs.toFixed(2)}, ${cost.pullMs.toFixed(2)}`,
      target: "flat",
    });
  }
  progress.end("done");
}
const markdown = tableOf(
  ["store", "measured", "seen", "target"],
  rows.map((row) => [row.store, row.measured, row.value, row.target]),
);
if (stores.length < 2) console.log(markdown.join("\n"));
else
  writeResults("projections", { ...run(), events, rounds, seconds, rows }, markdown, `; medians of ${rounds} rounds`);
