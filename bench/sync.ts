// npm run bench:sync [-- --rounds 5]: `ego sync` as it is published, beside a compiler that only reads the same files.
// Writes bench/results/sync.json, and the table in docs/benchmarks.md.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { domainBehaviors, domainProtos, writeAll } from "./generated-domain.ts";
import { median, rounded, run, tableOf, writeResults } from "./results.ts";

const root = join(import.meta.dirname, "..");
const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
const rounds = Number(values.rounds);
const commands = 5;
const lacking = 10;

/** A size of project: seconds of whole processes, medians. */
interface Row {
  /** Files that people own. A third of them is the behavior of an entity. */
  readonly sources: number;
  readonly entities: number;
  /** A compiler that makes a program of all files, and is not asked anything. */
  readonly raw: number;
  /** `buf build`, which `ego sync` waits for. */
  readonly buf: number;
  /** Everything is in sync. */
  readonly check: number;
  /** So many methods are missing, and inserted. */
  readonly insert: number;
  /** Of inserting, beside the raw limit. */
  readonly ratio: number;
}

const folder = mkdtempSync(join(tmpdir(), "ego-sync-"));
try {
  const modules = install();
  const rows = [10, 100].map((entities) => measure(modules, entities));
  const head = [
    "sources",
    "entities",
    "`createProgram` s",
    "`buf build` s",
    "in sync s",
    `${lacking} methods inserted s`,
    "ratio",
  ];
  const table = rows.map(({ sources, entities, raw, buf, check, insert, ratio }) => [
    sources,
    entities,
    raw.toFixed(2),
    buf.toFixed(2),
    check.toFixed(2),
    insert.toFixed(2),
    ratio.toFixed(2),
  ]);
  writeResults("sync", { ...run(), rounds, rows }, tableOf(head, table), `; medians of ${rounds} interleaved runs`);
} finally {
  rmSync(folder, { recursive: true });
}

/** The packages as they are published, with those of others beside them. Returns the folder of modules. */
function install(): string {
  execFileSync(process.execPath, [join(root, "tools/build.ts"), "--into", folder, "protoc-gen-ego", "cli"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@ego"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name !== "@ego" && !name.startsWith(".")) symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  symlinkSync(join(folder, "cli"), join(modules, "@ego/cli"));
  symlinkSync(join(folder, "protoc-gen-ego"), join(modules, "@ego/protoc-gen-ego"));
  symlinkSync(join(root, "runtime"), join(modules, "@ego/runtime"));
  return modules;
}

function measure(modules: string, entities: number): Row {
  const project = join(folder, `project-${entities}`);
  makeProject(project, modules, entities);
  const behaviors = domainBehaviors({ entities, commands });
  const ego = (...args: readonly string[]) => [join(folder, "cli/bin/ego.js"), "sync", ...args];
  const compiler = join(root, "node_modules/@ts-morph/common/dist/typescript.js");
  writeFileSync(join(project, "raw.cjs"), rawLimit(compiler));
  const buf = [join(root, "node_modules/@bufbuild/buf/bin/buf"), "build", "-o", join(project, "image.binpb")];
  const seconds = { raw: [] as number[], buf: [] as number[], check: [] as number[], insert: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    writeAll(join(project, "src/behaviors"), behaviors);
    seconds.raw.push(secondsOf(project, [join(project, "raw.cjs")]));
    seconds.buf.push(secondsOf(project, buf));
    seconds.check.push(secondsOf(project, ego("--check")));
    writeAll(
      join(project, "src/behaviors"),
      new Map([...behaviors].map(([file, text], n) => [file, lackingIn(text, n)])),
    );
    seconds.insert.push(secondsOf(project, ego()));
    // What was inserted is not what stood there, and nothing more is missing.
    secondsOf(project, ego("--check"));
  }
  const medians = Object.entries(seconds).map(([name, all]) => [name, rounded(median(all), 3)]);
  const { raw, buf: waited, check, insert } = Object.fromEntries(medians) as Record<keyof typeof seconds, number>;
  return { sources: 3 * entities, entities, raw, buf: waited, check, insert, ratio: rounded(insert / raw, 2) };
}

/** The behavior, in some files without its last method. */
function lackingIn(text: string, index: number): string {
  return index < lacking ? text.replace(/ {4}do4To.*?\n {4}\},\n/s, "") : text;
}

function secondsOf(cwd: string, args: readonly string[]): number {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(stdout + stderr);
  return (performance.now() - started) / 1_000;
}

function makeProject(project: string, modules: string, entities: number): void {
  const proto = join(project, "proto");
  mkdirSync(project);
  symlinkSync(modules, join(project, "node_modules"));
  writeAll(proto, domainProtos({ entities, commands, directories: "one" }));
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
  for (const file of ["buf.yaml", "buf.gen.yaml", "tsconfig.json"]) {
    cpSync(join(root, "templates/project", `${file}.hbs`), join(project, file));
  }
  const bins = {
    "protoc-gen-es": join(root, "node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es"),
    "protoc-gen-ego": join(folder, "protoc-gen-ego/bin/protoc-gen-ego"),
  };
  const template = Object.entries(bins).reduce(
    (text, [name, file]) =>
      text.replace(`local: ./node_modules/.bin/${name}\n`, `local: ["${process.execPath}", "${file}"]\n`),
    readFileSync(join(project, "buf.gen.yaml"), "utf8"),
  );
  writeFileSync(join(project, "buf.gen.yaml"), template);
  execFileSync(process.execPath, [join(root, "node_modules/@bufbuild/buf/bin/buf"), "generate"], { cwd: project });
  writeAll(join(project, "src"), otherSources(entities));
}

/** Two files more for each entity: a service, and what uses both. */
function otherSources(entities: number): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (let n = 0; n < entities; n++) {
    files.set(
      `services/service${n}.ts`,
      `import { readFile } from "node:fs/promises";

/** Reads what thing ${n} is about. */
export async function service${n}(path: string): Promise<ReadonlyMap<string, number>> {
  const lines = (await readFile(path, "utf8")).split("\\n").map((line) => line.trim());
  return new Map(lines.filter((line) => line !== "").map((line, index) => [line, index + ${n}]));
}
`,
    );
    files.set(
      `routes/route${n}.ts`,
      `import { use } from "../behaviors/thing${n}.ts";
import { service${n} } from "../services/service${n}.ts";

/** Answers what is asked of thing ${n}. */
export async function route${n}(client: Parameters<typeof use>[0], path: string): Promise<string> {
  const known = await service${n}(path);
  await use(client);
  return [...known].map(([name, index]) => \`\${name}: \${index}\`).join(", ");
}
`,
    );
  }
  return files;
}

/** A program that loads the compiler, and has it read all files of the project and all that they import. */
function rawLimit(compiler: string): string {
  return `const ts = require(${JSON.stringify(compiler)});
const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
const host = ts.createCompilerHost({ ...options, noLib: true });
const program = ts.createProgram({ rootNames: fileNames, options: { ...options, noLib: true, types: [] }, host });
if (program.getSourceFiles().length < fileNames.length) process.exit(1);
`;
}
