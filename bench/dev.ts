// npm run bench:dev [-- --changes 20]: how long a change takes under `ego dev`, from the write of the file to a line that
// the program prints when it is there again, beside the bare programs in turns. All packages as they are published.
// Writes bench/results/dev.json, and the table in docs/benchmarks.md.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { rounded, run, tableOf, writeResults } from "./results.ts";

const root = join(import.meta.dirname, "..");
const { values } = parseArgs({ options: { changes: { type: "string", default: "20" } } });
const changes = Number(values.changes);

const base = mkdtempSync(join(tmpdir(), "ego-dev-bench-"));
const project = join(base, "project");
try {
  makeProject();
  const measured = await measure();
  const rows = Object.entries(measured).map(([what, seconds]) => ({
    what,
    fastest: at(seconds, 0),
    p50: at(seconds, 0.5),
    p95: at(seconds, 0.95),
  }));
  writeResults(
    "dev",
    { ...run(), changes, rows },
    tableOf(
      ["", "fastest s", "p50 s", "p95 s"],
      rows.map(({ what, ...seconds }) => [what, ...Object.values(seconds).map((value) => value.toFixed(2))]),
    ),
    `; ${changes} changes of each kind, in turns with the bare programs`,
  );
} finally {
  rmSync(base, { recursive: true, force: true });
}

/** The bank of `ego init`, with packages as they are published, and a program that stays. */
function makeProject(): void {
  // In the project, as installed packages are: where they lie decides what they find, and where Node keeps their code.
  const packages = join(project, "node_modules/.packages");
  execFileSync(process.execPath, [join(root, "tools/build.ts"), "--into", packages]);
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, "@ego"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (!name.startsWith(".") && name !== "@ego") symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  for (const name of readdirSync(packages)) symlinkSync(join(packages, name), join(modules, "@ego", name));
  mkdirSync(join(modules, ".bin"));
  const es = "@bufbuild/protoc-gen-es/bin/protoc-gen-es";
  for (const file of [es, "@ego/protoc-gen-ego/bin/protoc-gen-ego"]) {
    symlinkSync(join("..", file), join(modules, ".bin", file.slice(file.lastIndexOf("/") + 1)));
  }
  mkdirSync(join(project, "proto/bank/v1"), { recursive: true });
  mkdirSync(join(project, "src"));
  for (const file of ["buf.yaml", "buf.gen.yaml", "tsconfig.json", "proto/bank/v1/account.proto", "src/account.ts"]) {
    cpSync(join(root, "templates/project", `${file}.hbs`), join(project, file));
  }
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ type: "module", scripts: { start: "node src/main.ts" } }),
  );
  setVersion(0);
  writeFileSync(
    join(project, "src/main.ts"),
    `import { Engine } from "@ego/runtime";
import { sqliteStore } from "@ego/runtime/sqlite";
import { accountBehavior } from "./account.ts";
import { account } from "./gen/bank/v1/account_ego.ts";
import { version } from "./version.ts";

await using engine = await Engine.start({
  store: sqliteStore({ filename: "bank.db" }),
  entities: [account.implement(accountBehavior)],
});
console.log("ready", version, Object.keys(accountBehavior.commands).length);
await engine.untilSignal();
`,
  );
}

/** Seconds of each change, by what was changed. */
async function measure(): Promise<Readonly<Record<string, readonly number[]>>> {
  const sourceChange: number[] = [];
  const bareStart: number[] = [];
  const protoChange: number[] = [];
  const bareGenerate: number[] = [];
  const dev = started(join(project, "node_modules/.packages/cli/bin/ego.js"), "dev", "--json");
  const lines = linesOf(dev);
  await lines.until((line) => line.startsWith('{"format":1,"event":"start"'));
  for (let change = 1; change <= changes; change++) {
    process.stderr.write(`\r${change} of ${changes}`);
    sourceChange.push(await timed(lines, () => setVersion(change), `ready ${change} `));
    bareStart.push(await bareStartSeconds());
    const commands = 4 + change;
    protoChange.push(await timed(lines, () => addCommand(change), `ready ${change} ${commands}`));
    const before = performance.now();
    execFileSync(process.execPath, [join(project, "node_modules/@bufbuild/buf/bin/buf"), "generate"], {
      cwd: project,
      env: env(),
    });
    bareGenerate.push((performance.now() - before) / 1_000);
  }
  process.stderr.write("\n");
  await ended(dev);
  return {
    "`ego dev`: a source is written": sourceChange,
    "bare `node src/main.ts`": bareStart,
    "`ego dev`: a command is added to a proto": protoChange,
    "bare `buf generate`": bareGenerate,
    "bare `buf generate`, then `node src/main.ts`": bareGenerate.map(
      (seconds, index) => seconds + (bareStart[index] ?? 0),
    ),
  };
}

interface Lines {
  /** Resolves at the first line, from the last that was asked for, of which this is true. */
  until(wanted: (line: string) => boolean): Promise<void>;
}

/** Until the program says so; then, not counted, until `ego dev` has told all of it. */
async function timed(lines: Lines, change: () => void, ready: string): Promise<number> {
  const before = performance.now();
  let seconds = Number.NaN;
  let told = false;
  change();
  await lines.until((line) => {
    if (line.startsWith(ready)) seconds = (performance.now() - before) / 1_000;
    if (line.startsWith('{"format":1,"event":"change"')) {
      const { failure, types } = JSON.parse(line);
      if (failure !== null || types.errors?.length !== 0) throw new Error(line);
      told = true;
    }
    return told && !Number.isNaN(seconds);
  });
  return seconds;
}

async function bareStartSeconds(): Promise<number> {
  const before = performance.now();
  const bare = started("src/main.ts");
  await linesOf(bare).until((line) => line.startsWith("ready"));
  const seconds = (performance.now() - before) / 1_000;
  await ended(bare);
  return seconds;
}

function started(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, args, { cwd: project, stdio: ["ignore", "pipe", "pipe"], env: env() });
}

function linesOf({ stdout, stderr }: ChildProcess): Lines {
  const waiting: string[] = [];
  let wake = () => {};
  for (const stream of [stdout, stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      waiting.push(line);
      wake();
    });
  }
  return {
    async until(wanted) {
      for (;;) {
        for (let line = waiting.shift(); line !== undefined; line = waiting.shift()) if (wanted(line)) return;
        await new Promise<void>((done) => {
          wake = done;
        });
      }
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  const closed = once(child, "close");
  child.kill("SIGTERM");
  await closed;
}

/** Packages as they are published, whatever this benchmark itself is run with. */
function env(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_OPTIONS: "" };
}

function setVersion(version: number): void {
  writeFileSync(join(project, "src/version.ts"), `export const version = ${version};\n`);
}

function addCommand(number: number): void {
  appendFileSync(
    join(project, "proto/bank/v1/account.proto"),
    `
message Audit${number} {
  option (ego.v1.message).command = {emits: ["Audited${number}"]};
  string account_id = 1 [(ego.v1.field).id = true];
}
message Audited${number} {
  option (ego.v1.message).event = {};
  string account_id = 1 [(ego.v1.field).id = true];
}
`,
  );
}

function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN, 3);
}
