// npm run bench:generator [-- --rounds 5]: protoc-gen-ego as it is published, beside protoc-gen-es on the same request.
// Writes bench/results/generator.json, and the tables in docs/benchmarks.md.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema, CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";
import { buildProtos, request } from "../test/golden/harness.ts";
import { type DomainSize, domainProtos } from "./generated-domain.ts";
import { median, rounded, run, tableOf, writeResults } from "./results.ts";

const root = join(import.meta.dirname, "..");
const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
const rounds = Number(values.rounds);
const sizes: readonly DomainSize[] = (["one", "many"] as const).flatMap((directories) =>
  [1, 100, 1_000].map((entities) => ({ entities, commands: 3, directories })),
);

/** One size of domain: seconds of whole processes, medians. */
interface Row {
  readonly files: number;
  readonly directories: "one" | "many";
  readonly ego: number;
  readonly es: number;
  readonly ratio: number;
  /** The same, with what both need to start taken off; not where there is little else. */
  readonly ratioWithoutStart?: number;
}

const folder = mkdtempSync(join(tmpdir(), "ego-generator-"));
try {
  execFileSync(process.execPath, [join(root, "tools/build.ts"), "--into", folder, "protoc-gen-ego"]);
  const ego = [join(folder, "protoc-gen-ego/bin/protoc-gen-ego")];
  const es = [join(root, "node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es")];
  const start = startOf({ node: ["-e", "0"], ego, es });
  const rows = sizes.map((size) => measure(size, ego, es, start));
  const table = rows.map(({ files, directories, ego, es, ratio, ratioWithoutStart }) => [
    files,
    directories,
    es.toFixed(2),
    ego.toFixed(2),
    ratio.toFixed(2),
    ratioWithoutStart?.toFixed(2) ?? "",
  ]);
  writeResults(
    "generator",
    { ...run(), rounds, start, rows },
    [
      ...tableOf(
        ["started with nothing to do", "seconds"],
        [
          ["`node -e 0`", start.node.toFixed(3)],
          ["`protoc-gen-ego`", start.ego.toFixed(3)],
          ["`protoc-gen-es`", start.es.toFixed(3)],
        ],
      ),
      "",
      ...tableOf(
        ["files", "directories", "`protoc-gen-es` s", "`protoc-gen-ego` s", "ratio", "without the start"],
        table,
      ),
    ],
    `; medians of ${rounds} interleaved runs`,
  );
} finally {
  rmSync(folder, { recursive: true });
}

interface Start {
  readonly node: number;
  readonly ego: number;
  readonly es: number;
}

function startOf(programs: Readonly<Record<keyof Start, readonly string[]>>): Start {
  const [node = 0, ego = 0, es = 0] = interleaved(
    [programs.node, programs.ego, programs.es],
    new Uint8Array(0),
    3 * rounds,
  );
  return { node: rounded(node, 3), ego: rounded(ego, 3), es: rounded(es, 3) };
}

function measure(size: DomainSize, ego: readonly string[], es: readonly string[], start: Start): Row {
  const protos = domainProtos(size);
  const input = request(buildProtos(Object.fromEntries(protos)), [...protos.keys()]);
  const bytes = toBinary(CodeGeneratorRequestSchema, input);
  for (const [program, more] of [
    [ego, 1],
    [es, 0],
  ] as const)
    check(program, bytes, size.entities + more);
  const [egoSeconds = 0, esSeconds = 0] = interleaved([ego, es], bytes, rounds);
  const work = { ego: egoSeconds - start.ego, es: esSeconds - start.es };
  return {
    files: size.entities,
    directories: size.directories,
    ego: rounded(egoSeconds, 3),
    es: rounded(esSeconds, 3),
    ratio: rounded(egoSeconds / esSeconds, 2),
    ...(work.es > 0.1 ? { ratioWithoutStart: rounded(work.ego / work.es, 2) } : {}),
  };
}

/** Median seconds of some programs on the same input: one run of each, then the next of each. */
function interleaved(programs: readonly (readonly string[])[], input: Uint8Array, times: number): number[] {
  const seconds = programs.map((): number[] => []);
  for (let round = 0; round < times; round++) {
    for (const [index, args] of programs.entries()) {
      const started = performance.now();
      generate(args, input);
      seconds[index]?.push((performance.now() - started) / 1_000);
    }
  }
  return seconds.map(median);
}

function check(program: readonly string[], input: Uint8Array, files: number): void {
  const { error, file } = fromBinary(CodeGeneratorResponseSchema, generate(program, input));
  if (error !== "" || file.length !== files) throw new Error(`${file.length} files instead of ${files}: ${error}`);
}

function generate(args: readonly string[], input: Uint8Array): Uint8Array {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { input, maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(stderr.toString());
  return stdout;
}
