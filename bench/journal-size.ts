// npm run bench:journal [-- --store sqlite --events 100000,1000000,10000000 --rounds 5]: what an append, a load and a read
// cost in journals of different sizes, in time and in pages. Writes bench/results/journal-size.json and .svg, and the
// table in docs/benchmarks.md, if both stores were asked for.
import { parseArgs } from "node:util";
import { type FilledJournal, fillJournal } from "./journal-fill.ts";
import { type Pages, pagesOf } from "./journal-pages.ts";
import { type Costs, openWorking, type WorkingJournal } from "./journal-work.ts";
import { openPlaces } from "./place.ts";
import { writePlot } from "./plot.ts";
import { progressOf } from "./progress.ts";
import { median, rounded, run, tableOf, writeResults } from "./results.ts";

const { values: options } = parseArgs({
  options: {
    store: { type: "string", default: "sqlite,postgres" },
    events: { type: "string", default: "100000,1000000" },
    rounds: { type: "string", default: "5" },
    times: { type: "string", default: "300" },
  },
});
const sizes = options.events.split(",").map(Number);
const stores = (["sqlite", "postgres"] as const).filter((store) => options.store.split(",").includes(store));
const rounds = Number(options.rounds);
const times = Number(options.times);
const operations = ["append", "load", "read"] as const;

interface Size {
  readonly journal: FilledJournal;
  readonly working: WorkingJournal;
  readonly pages: Pages;
  readonly costs: Costs[];
}

interface Row {
  readonly store: "sqlite" | "postgres";
  readonly operation: keyof Costs;
  readonly events: number;
  readonly ms: number;
  /** Its time in the smallest journal is 1. */
  readonly timesSmallest: number;
  readonly pages?: number;
}

await using places = await openPlaces(stores);
const progress = progressOf(stores.length * (sizes.length + 1));
const rows: Row[] = [];
for (const store of stores) {
  const all: Size[] = [];
  for (const about of sizes) {
    progress.begin(`${store}, filling a journal of ${about.toLocaleString("en")} events`);
    const started = performance.now();
    const journal = await fillJournal(store, places.next(), about);
    const pages = await pagesOf(journal);
    all.push({ journal, pages, working: await openWorking(journal), costs: [] });
    progress.end(`${((performance.now() - started) / 1_000).toFixed(1)} s`);
  }
  progress.begin(`${store}, ${rounds} rounds of ${times} operations of each kind`);
  // Once for nothing: what is compiled or looked up once is not the journal's.
  for (const { working } of all) await working.costs(times);
  for (let round = 0; round < rounds; round++) {
    for (const { working, costs } of all) costs.push(await working.costs(times));
  }
  for (const { working } of all) await working.close();
  const [smallest] = all as [Size, ...Size[]];
  for (const operation of operations) {
    const msOf = ({ costs }: Size) => median(costs.map((one) => one[operation]));
    for (const size of all) {
      const pages = size.pages[operation];
      rows.push({
        store,
        operation,
        events: size.journal.events,
        ms: rounded(msOf(size), 3),
        timesSmallest: rounded(msOf(size) / msOf(smallest), 2),
        ...(pages === undefined ? {} : { pages: rounded(pages, 1) }),
      });
    }
  }
  progress.end("done");
}

const markdown = tableOf(
  ["store", "operation", "events in the journal", "ms", "times the smallest", "pages"],
  rows.map((row) => [row.store, row.operation, row.events, row.ms, row.timesSmallest.toFixed(2), row.pages ?? ""]),
);
if (stores.length < 2) console.log(markdown.join("\n"));
else {
  const plot = writePlot("journal-size", {
    title: "Cost of an operation by the size of the journal",
    unit: "milliseconds",
    series: sizes.map((size) => `${size.toLocaleString("en")} events`),
    groups: stores.flatMap((store) =>
      operations.map((operation) => ({
        label: `${store}, ${operation}`,
        values: rows.filter((row) => row.store === store && row.operation === operation).map((row) => row.ms),
      })),
    ),
  });
  const how = `; medians of ${rounds} interleaved runs of ${times} operations`;
  writeResults("journal-size", { ...run(), rounds, times, rows }, [plot, "", ...markdown], how);
}
