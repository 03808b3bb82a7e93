// npm run bench:footprint [-- --entities 100000 --rounds 5]: memory of active entities above that of their states, and
// the start of an engine in a new process. Writes bench/results/footprint.json, and the tables in docs/benchmarks.md.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { create } from "@bufbuild/protobuf";
import { Engine } from "@ego/runtime";
import { sqliteStore } from "@ego/runtime/sqlite";
import { accountBehavior } from "../examples/bank/src/account.ts";
import { account } from "../examples/bank/src/gen/bank/v1/account_ego.ts";
import { AccountSchema } from "../examples/bank/src/gen/bank/v1/account_pb.ts";
import { openPlaces, type Place } from "./place.ts";
import { progressOf } from "./progress.ts";
import { median, rounded, run, tableOf, writeResults } from "./results.ts";
import { accountId, type StoreKind } from "./scenario.ts";

const { values: options } = parseArgs({
  options: { entities: { type: "string", default: "100000" }, rounds: { type: "string", default: "5" } },
});
const entities = Number(options.entities);
const rounds = Number(options.rounds);
const root = join(import.meta.dirname, "..");
const stores: readonly StoreKind[] = ["memory", "sqlite", "postgres"];

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

await using places = await openPlaces(stores);
const progress = progressOf(1 + stores.length);
progress.begin(`memory of ${entities} active entities`);
const memory = await footprint(places.next());
progress.end(`${memory.bytesAboveState} bytes each above the state`);

const folder = mkdtempSync(join(tmpdir(), "ego-start-"));
const program = buildProgram();
const starts = [];
for (const store of stores) {
  progress.begin(`start of an engine, ${store}`);
  const place = places.next();
  // The first one creates the journal, and is not counted.
  startOnce(store, place);
  const empty: number[] = [];
  const all: Started[] = [];
  for (let round = 0; round < rounds; round++) {
    empty.push(Number(execFileSync(process.execPath, ["-p", "performance.now()"], { encoding: "utf8" })));
    all.push(startOnce(store, place));
  }
  const row = {
    store,
    emptyNodeMs: rounded(median(empty), 1),
    loadedMs: rounded(median(all.map(({ loaded }) => loaded)), 1),
    startedMs: rounded(median(all.map(({ started }) => started)), 1),
    answeredMs: rounded(median(all.map(({ answered }) => answered)), 1),
  };
  starts.push(row);
  progress.end(`${row.startedMs} ms after the process`);
}
rmSync(folder, { recursive: true });

writeResults(
  "footprint",
  { ...run(), rounds, memory, starts },
  [
    ...tableOf(
      ["active entities", "bytes of a state", "bytes of an entity", "above the state"],
      [[entities, memory.bytesOfState, memory.bytesOfEntity, memory.bytesAboveState]],
    ),
    "",
    ...tableOf(
      ["store", "empty Node ms", "modules loaded ms", "engine started ms", "first command answered ms"],
      starts.map((row) => [row.store, row.emptyNodeMs, row.loadedMs, row.startedMs, row.answeredMs]),
    ),
  ],
  `; medians of ${rounds} processes`,
);

/** What an entity takes on the heap when it was opened and credited, and nothing is under way. */
async function footprint({ filename }: Place) {
  const email = (index: number) => `owner-${index}@example.org`;
  // Both lists are there before anything is measured.
  const states = new Array<unknown>(entities).fill(undefined);
  const bare = used(() => {
    for (let index = 0; index < entities; index++) {
      states[index] = create(AccountSchema, {
        accountId: accountId(index),
        ownerEmail: email(index),
        balanceCents: 1n,
      });
    }
  });
  states.fill(undefined);

  const engine = await Engine.start({
    store: sqliteStore({ filename }),
    entities: [account.implement(accountBehavior)],
  });
  const accounts = engine.entity(account);
  const open = async (from: number, to: number) => {
    for (let first = from; first < to; first += 1_000) {
      const indexes = Array.from({ length: Math.min(1_000, to - first) }, (_, at) => first + at);
      await Promise.all(
        indexes.map((index) => accounts.get(accountId(index)).openAccount({ ownerEmail: email(index) })),
      );
      await Promise.all(indexes.map((index) => accounts.get(accountId(index)).creditAccount({ amountCents: 1n })));
    }
  };
  // The engine's own, and the code, are not the entities'.
  await open(entities, entities + 1_000);
  collect();
  const before = heap();
  await open(0, entities);
  collect();
  const active = heap() - before;
  for (let index = 0; index < entities; index++) {
    const { state } = await engine.state(account, accountId(index));
    if (state.balanceCents !== 1n || state.ownerEmail !== email(index)) throw new Error(`${accountId(index)} is wrong`);
  }
  await engine.stop();
  return {
    entities,
    bytesOfState: Math.round(bare / entities),
    bytesOfEntity: Math.round(active / entities),
    bytesAboveState: Math.round((active - bare) / entities),
  };
}

function used(make: () => void): number {
  collect();
  const before = heap();
  make();
  collect();
  return heap() - before;
}

/** Bytes of this thread's objects, and of what they hold outside of the heap. */
function heap(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

interface Started {
  readonly loaded: number;
  readonly started: number;
  readonly answered: number;
}

/** A program with the package as it is published: built, and found in a node_modules. */
function buildProgram(): string {
  execFileSync(process.execPath, [join(root, "tools/build.ts"), "--into", folder, "runtime"], { stdio: "ignore" });
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@ego"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name !== "@ego" && !name.startsWith(".")) symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  symlinkSync(join(folder, "runtime"), join(modules, "@ego/runtime"));
  cpSync(join(root, "examples/bank/src"), join(folder, "bank"), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const path = join(folder, "program.ts");
  writeFileSync(
    path,
    `const [kind, filename, connectionString, schema] = process.argv.slice(2);
const { Engine, memoryStore } = await import("@ego/runtime");
const store = kind === "memory" ? memoryStore()
  : kind === "sqlite" ? (await import("@ego/runtime/sqlite")).sqliteStore({ filename })
  : (await import("@ego/runtime/postgres")).postgresStore({ connectionString, schema });
const { account } = await import("./bank/gen/bank/v1/account_ego.ts");
const { accountBehavior } = await import("./bank/account.ts");
const loaded = performance.now();
const engine = await Engine.start({ store, entities: [account.implement(accountBehavior)] });
const started = performance.now();
const id = "a-" + process.pid;
const { revision } = await engine.entity(account).get(id).openAccount({ ownerEmail: "ann@example.org" });
const answered = performance.now();
await engine.stop();
console.log(JSON.stringify({ loaded, started, answered, revision }));
`,
  );
  return path;
}

/** Milliseconds after the process began. */
function startOnce(kind: StoreKind, { filename, url, schema }: Place): Started {
  const said = execFileSync(process.execPath, [program, kind, filename, url, schema], { encoding: "utf8" });
  const { revision, ...started } = JSON.parse(said) as Started & { readonly revision: number };
  if (revision !== 1) throw new Error(`the first command was answered at revision ${revision}`);
  return started;
}
