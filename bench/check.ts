// npm run bench:check [-- --rounds 5]: `ego check` as it is published, beside buf alone on the same protos: as CI runs it,
// with nothing kept of a run before, and again where a run before has kept what Node compiled. Writes
// bench/results/check.json, and the table in docs/benchmarks.md.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { domainBehaviors, domainProtos, writeAll } from "./generated-domain.ts";
import { median, rounded, run, tableOf, writeResults } from "./results.ts";

const root = join(import.meta.dirname, "..");
const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
const rounds = Number(values.rounds);
const sizes = [
  { entities: 1, commands: 10 },
  { entities: 100, commands: 3 },
  { entities: 100, commands: 10 },
].map((size) => ({ ...size, directories: "one" as const }));

/** A project of one size: seconds of whole processes, medians. */
interface Row {
  readonly entities: number;
  /** Of each entity. */
  readonly commands: number;
  /** `ego check --against HEAD~1`, as CI runs it. */
  readonly check: number;
  /** The same where it ran before. */
  readonly again: number;
  /** `buf generate`, then `buf build` of both versions, one after the other. */
  readonly buf: number;
  readonly ratio: number;
}

/** The plugins say `node`: this one. */
const env = { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) };
const bufYaml = "version: v2\nmodules:\n  - path: proto\n  - path: options\n";
const bufGenYaml = `version: v2
clean: true
inputs:
  - directory: proto
plugins:
  - local: ["node", "../node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es"]
    out: gen
    strategy: all
    exclude_types: [ego.v1]
    opt: [target=ts, import_extension=ts, erasable_syntax=true]
  - local: ["node", "../protoc-gen-ego/bin/protoc-gen-ego"]
    out: gen
    strategy: all
    opt: [target=ts, import_extension=ts]
`;

const folder = realpathSync(mkdtempSync(join(tmpdir(), "ego-check-")));
/** What Node compiled in a run before. */
const kept = join(folder, "node_modules/.cache");
try {
  execFileSync(process.execPath, [join(root, "tools/build.ts"), "--into", folder, "protoc-gen-ego", "runtime", "cli"]);
  linkModules();
  const rows = sizes.map(measure);
  const table = rows.map(({ entities, commands, buf, check, ratio, again }) => [
    entities,
    entities * commands,
    buf.toFixed(2),
    check.toFixed(2),
    ratio.toFixed(2),
    again.toFixed(2),
  ]);
  writeResults(
    "check",
    { ...run(), rounds, rows },
    tableOf(["entities", "commands", "buf alone s", "`ego check` s", "ratio", "again s"], table),
    `; medians of ${rounds} interleaved runs`,
  );
} finally {
  rmSync(folder, { recursive: true });
}

/** The packages as they are installed, with those of ego built. */
function linkModules(): void {
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@ego"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (!name.startsWith(".") && name !== "@ego") symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  for (const name of ["protoc-gen-ego", "runtime", "cli"]) symlinkSync(join(folder, name), join(modules, "@ego", name));
}

function measure(size: (typeof sizes)[number]): Row {
  const name = `${size.entities}-${size.commands}`;
  const [project, before, out] = [join(folder, name), join(folder, `${name}-before`), join(folder, `${name}-out`)];
  makeProject(size, project, before);
  mkdirSync(out);
  const checks: number[] = [];
  const agains: number[] = [];
  const raws: number[] = [];
  for (let round = 0; round < rounds; round++) {
    rmSync(kept, { recursive: true, force: true });
    checks.push(seconds(() => checkOnce(project, size.entities, { CI: "true" })));
    checkOnce(project, size.entities);
    agains.push(seconds(() => checkOnce(project, size.entities)));
    raws.push(
      seconds(() => {
        buf(project, "generate", "-o", out);
        buf(project, "build", "-o", join(out, "now.binpb"));
        buf(before, "build", "-o", join(out, "before.binpb"));
      }),
    );
  }
  return {
    entities: size.entities,
    commands: size.commands,
    check: rounded(median(checks), 2),
    again: rounded(median(agains), 2),
    buf: rounded(median(raws), 2),
    ratio: rounded(median(checks.map((check, index) => check / (raws[index] ?? 1))), 2),
  };
}

/**
 * A project in its second commit, in which each entity has got a field, and its first event a field of another type. All
 * is generated, and all handlers are written.
 */
function makeProject(size: (typeof sizes)[number], project: string, before: string): void {
  const protos = domainProtos(size);
  for (const place of [project, before]) {
    writeAll(place, new Map([["buf.yaml", bufYaml]]));
    writeAll(join(place, "proto"), protos);
    cpSync(join(root, "protoc-gen-ego/proto"), join(place, "options"), { recursive: true });
  }
  writeAll(project, new Map([["buf.gen.yaml", bufGenYaml]]));
  git(project, "init", "--quiet");
  commit(project);
  const changed = [...protos].map(([path, text]): [string, string] => [
    path,
    text
      .replace("bool closed = 4;", "bool closed = 4;\n  string remark = 5;")
      .replace(/(Did0 \{[^}]*\}[^}]*)string text = 3;/, "$1bytes text = 4;\n  reserved 3;")
      .replace(/(Did1 \{[^}]*\}[^}]*)int64 amount = 2;/, "$1string amount = 2;"),
  ]);
  writeAll(join(project, "proto"), new Map(changed));
  buf(project, "generate");
  writeAll(join(project, "src"), domainBehaviors(size));
  commit(project);
}

/** Checks the answer as well: one error for each entity, and nothing else. */
function checkOnce(project: string, entities: number, said: NodeJS.ProcessEnv = {}): void {
  const ego = join(folder, "cli/bin/ego.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [ego, "check", "--against", "HEAD~1", "--json"], {
    cwd: project,
    env: { ...env, CI: "", ...said },
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const { findings = [] } = status === 1 ? JSON.parse(stdout) : {};
  const wrong = findings.filter(({ code }: { code: string }) => code === "EGO202").length;
  if (wrong !== entities || findings.length !== entities)
    throw new Error(`${status}: ${stderr}${stdout.slice(0, 2_000)}`);
}

function buf(cwd: string, ...args: readonly string[]): void {
  execFileSync(process.execPath, [join(root, "node_modules/@bufbuild/buf/bin/buf"), ...args], { cwd, env });
}

function commit(cwd: string): void {
  git(cwd, "add", "--all");
  git(cwd, "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "commit", "--quiet", "--message", "x");
}

function git(cwd: string, ...args: readonly string[]): void {
  execFileSync("git", args, { cwd });
}

function seconds(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1_000;
}
