// npm run bench:types: what generated code costs the type checker, beside the code of protoc-gen-es alone.
// Writes bench/results/types.json, and the table in docs/benchmarks.md.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { domainBehaviors, domainProtos, writeAll } from "./generated-domain.ts";
import { run, tableOf, writeResults } from "./results.ts";

const root = join(import.meta.dirname, "..");
const commands = 10;

/** A size of domain, and what tsc counts. */
interface Row {
  readonly entities: number;
  /** Of the `_pb.ts` files alone. */
  readonly messages: number;
  /** Of those and the `_ego.ts` files. */
  readonly entityCode: number;
  readonly ratio: number;
  /** Of those and a user's behaviors: every handler, every applier, every command sent. */
  readonly behaviors: number;
  /** Lines of one `_ego.ts` file. */
  readonly lines: number;
}

const rows = [10, 50, 100].map(measure);
const head = [
  "entities",
  "`_pb.ts` alone",
  "with `_ego.ts`",
  "ratio",
  "with behaviors",
  "lines of `_ego.ts` per entity",
];
writeResults(
  "types",
  { ...run(), commands, rows },
  tableOf(
    head,
    rows.map(({ entities, messages, entityCode, ratio, behaviors, lines }) => [
      entities,
      messages,
      entityCode,
      ratio.toFixed(2),
      behaviors,
      lines,
    ]),
  ),
);

function measure(entities: number): Row {
  const folder = mkdtempSync(join(tmpdir(), "ego-types-"));
  try {
    generate(folder, entities);
    const messages = instantiations(folder, "gen/**/*_pb.ts");
    const entityCode = instantiations(folder, "gen/**/*.ts");
    writeAll(join(folder, "src"), domainBehaviors({ entities, commands }));
    const behaviors = instantiations(folder, "**/*.ts");
    const printed = readFileSync(join(folder, "gen/made/v1/thing0_ego.ts"), "utf8");
    const ratio = Number((entityCode / messages).toFixed(2));
    return { entities, messages, entityCode, ratio, behaviors, lines: printed.split("\n").length - 1 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function generate(folder: string, entities: number): void {
  const proto = join(folder, "proto");
  mkdirSync(proto);
  cpSync(join(root, "protoc-gen-ego/proto"), proto, { recursive: true });
  writeAll(proto, domainProtos({ entities, commands, directories: "one" }));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const plugin = (...local: string[]) => ({
    local: [process.execPath, ...local],
    out: join(folder, "gen"),
    strategy: "all",
    opt: ["target=ts", "import_extension=ts"],
  });
  const template = {
    version: "v2",
    inputs: [{ directory: proto, exclude_paths: [join(proto, "ego")] }],
    plugins: [
      { ...plugin(join(root, "node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es")), exclude_types: ["ego.v1"] },
      plugin("--conditions=@ego/source", join(root, "protoc-gen-ego/bin/protoc-gen-ego")),
    ],
  };
  const buf = join(root, "node_modules/@bufbuild/buf/bin/buf");
  execFileSync(process.execPath, [buf, "generate", "--template", JSON.stringify(template)], { cwd: folder });
}

function instantiations(folder: string, files: string): number {
  const tsconfig = join(folder, "tsconfig.json");
  const compilerOptions = {
    noEmit: true,
    customConditions: ["@ego/source"],
    typeRoots: [join(root, "node_modules/@types")],
  };
  const config = { extends: join(root, "tsconfig.base.json"), compilerOptions, include: [files] };
  writeFileSync(tsconfig, JSON.stringify(config));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const said = execFileSync(process.execPath, [tsc, "-p", tsconfig, "--extendedDiagnostics"], { encoding: "utf8" });
  const [, count] = /^Instantiations:\s+(\d+)$/m.exec(said) ?? [];
  if (count === undefined) throw new Error(`tsc does not say how many instantiations there were:\n${said}`);
  return Number(count);
}
