import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Append, type AppendResult, memoryStore, type Store } from "@ego/runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runEngine } from "../../bench/engine-run.ts";
import { barPlot } from "../../bench/plot.ts";
import { runRaw } from "../../bench/raw-run.ts";
import type { StoreKind } from "../../bench/scenario.ts";

const root = join(import.meta.dirname, "../..");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ego-bench-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const placeOf = (name: string) => ({ filename: join(folder, `${name}.db`), url: "", schema: name });
const scenarioOf = (store: StoreKind) => ({ store, callers: 3, entities: 2 });

/** There are so many, however slow the machine is: two accounts are opened, and each of two loops has commands. */
const sabotagedBatch = 3;

describe("a benchmark of commands", () => {
  test.each<StoreKind>(["memory", "sqlite"])("measures the engine and the raw limit on %s", async (store) => {
    const engine = await runEngine(scenarioOf(store), 20, placeOf(`${store}_engine`));
    const raw = await runRaw(scenarioOf(store), 20, placeOf(`${store}_raw`));

    for (const { count, perSecond, p50Ms, p99Ms } of [engine, raw]) {
      expect(count).toBeGreaterThanOrEqual(3);
      expect(perSecond).toBeGreaterThan(0);
      expect(p99Ms).toBeGreaterThanOrEqual(p50Ms);
    }
    expect(engine.commandsPerTransaction).toBeGreaterThan(0);
  });

  type Appending = (batch: readonly Append[]) => Promise<readonly AppendResult[]>;

  /** A store that does something else with a batch of credits, and answers as if it had not. */
  function sabotaged(
    sabotage: (batch: readonly Append[], append: Appending) => Promise<readonly AppendResult[]>,
  ): Store {
    const store = memoryStore();
    const append: Appending = (batch) => store.events.append(batch);
    let batches = 0;
    return {
      ...store,
      events: {
        ...store.events,
        append: (batch) => (++batches === sabotagedBatch ? sabotage(batch, append) : append(batch)),
      },
    };
  }

  test.each<[what: string, store: Store, failure: RegExp]>([
    [
      "acknowledges what it does not store",
      // The last batch: nothing that follows finds the hole.
      sabotagedAtTheEnd(),
      /credits, and \d+ were acknowledged/,
    ],
    [
      "stores a command twice",
      sabotaged(async (batch, append) => {
        await append(batch);
        const again = batch.map((one) => ({ ...one, expectedRevision: one.expectedRevision + 1 }));
        return append(again);
      }),
      /conflict|credits, and \d+ were acknowledged|has \d+ after \d+/,
    ],
    [
      "stores another amount",
      sabotaged((batch, append) => append(batch.map((one) => ({ ...one, events: one.events.map(doubled) })))),
      /cents?|credited to/,
    ],
  ])("fails for a store that %s", async (_, store, failure) => {
    await expect(runEngine(scenarioOf("memory"), 20, placeOf("sabotaged"), { store })).rejects.toThrow(failure);
  });
});

function sabotagedAtTheEnd(): Store {
  const store = memoryStore();
  let dropping = 0;
  return {
    ...store,
    events: {
      ...store.events,
      async append(batch) {
        // From then on nothing is stored, and the positions go on as if it were.
        if (++dropping < sabotagedBatch) return store.events.append(batch);
        return batch.map(() => ({ stored: true, position: dropping }));
      },
    },
  };
}

/** Two cents instead of one: the last byte of a credit is its amount. */
function doubled<E extends { readonly payload: Uint8Array }>(event: E): E {
  const payload = new Uint8Array(event.payload);
  payload[payload.length - 1] = 2;
  return { ...event, payload };
}

describe("the programs of the benchmarks", () => {
  const run = async (program: string, ...args: string[]) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--conditions=@ego/source", join(root, "bench", program), ...args],
      { cwd: root },
    );
    return stdout;
  };

  test.concurrent.each<[program: string, args: string[], row: RegExp]>([
    [
      "main.ts",
      ["--store", "memory", "--callers", "1", "--entities", "1", "--ms", "20", "--rounds", "1"],
      /memory \| 1/,
    ],
    ["ego-go.ts", ["--only", "DurableStateActor_Sequential", "--ms", "20"], /`DurableStateActor_Sequential` \|/],
    ["recovery.ts", ["--store", "sqlite", "--events", "1", "--rounds", "1"], /sqlite \| events \| 1 \|/],
    [
      "journal-size.ts",
      ["--store", "sqlite", "--events", "1000", "--rounds", "1", "--times", "5"],
      /sqlite \| load \| 25,600 \|/,
    ],
  ])("%s runs with little to do", async (program, args, row) => {
    expect(await run(program, ...args)).toMatch(row);
  });
});

describe("a plot", () => {
  test("shows texts as they are, whatever is in them", () => {
    const svg = barPlot({
      title: `a < b & "c"`,
      unit: "it's",
      series: ["<script>"],
      groups: [{ label: "</text>", values: [10] }],
    });

    expect(svg).toContain('aria-label="a &lt; b &amp; &quot;c&quot;"');
    expect(svg).toContain(">it&#39;s</text>");
    expect(svg).toContain(">&lt;script&gt;</text>");
    expect(svg).toContain(">&lt;/text&gt;</text>");
  });

  test("has longer bars for higher values, and none for what there is no value of", () => {
    const svg = barPlot({
      title: "t",
      unit: "u",
      series: ["a", "b"],
      groups: [
        { label: "low", values: [10, undefined] },
        { label: "high", values: [1_000, 100] },
      ],
    });

    const widths = [...svg.matchAll(/<rect x="230" y="\d+" width="([\d.]+)" height="9"/g)].map(([, width]) =>
      Number(width),
    );
    const [low, high, middle] = widths as [number, number, number];
    expect(widths).toHaveLength(3);
    expect(low).toBeLessThan(middle);
    expect(middle).toBeLessThan(high);
  });

  test("without a value is refused", () => {
    expect(() => barPlot({ title: "t", unit: "u", series: ["a"], groups: [] })).toThrow("no values");
  });
});
