import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plugin } from "@bufbuild/protoplugin";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildProtos, diagnosticsOf, type Protos, request, run } from "./harness.ts";

// EGO017 is about code that others print: what it refuses has to be what the compiler refuses, no more and no less.

const root = join(import.meta.dirname, "../..");
const { protocGenEs } = createRequire(import.meta.url)(
  join(root, "node_modules/@bufbuild/protoc-gen-es/dist/cjs/src/protoc-gen-es-plugin.js"),
) as { readonly protocGenEs: Plugin };

/** All keywords of TypeScript, and of what generated code uses, what has the best chance to be hidden by a type. */
const names = `
  abstract accessor any arguments as asserts assert async await bigint boolean break case catch class const constructor
  continue debugger declare default defer delete do else enum eval export extends false finally for from function get
  global globalThis if implements import in infer instanceof interface intrinsic is keyof let meta module namespace
  never new null number object of out override package private protected public readonly require return satisfies set
  static string super switch symbol target this throw true try type typeof undefined unique unknown using var void
  while with yield
  Any As Await Infer Keyof Never Readonly Symbol Undefined Unique Unknown Arguments Eval
  Array BigInt Boolean Date Error Function Infinity JSON Map Math NaN Number Object Promise Proxy Reflect Set String
  Uint8Array exports self then toString
  Awaited Exclude Iterable Omit Partial Pick PropertyKey ReadonlyArray Record Required
  DescFile GenEnum GenExtension GenFile GenMessage GenService JsonObject Message Timestamp enumDesc extDesc fileDesc
  messageDesc serviceDesc
`
  .trim()
  .split(/\s+/);

const fields = "int64 big = 2; bytes raw = 3; repeated string many = 4; map<string, int32> counts = 5;";
const printed = {
  message: (name: string, index: number) =>
    `message ${name} { ${fields} } message Uses${index}_ { .$.${name} it = 1; }`,
  enum: (name: string, index: number) =>
    `enum ${name} { ZERO_${index} = 0; } message Uses${index}_ { .$.${name} it = 1; ${fields} }`,
  service: (name: string, index: number) =>
    `message Uses${index}_ { ${fields} } service ${name} { rpc Do(Uses${index}_) returns (Uses${index}_); }`,
  extension: (name: string, index: number) =>
    `extend google.protobuf.MessageOptions { string ${name} = ${51_000 + index}; }`,
};
type Kind = keyof typeof printed;
const kinds = Object.keys(printed) as readonly Kind[];

/** A file with elements of one kind, each used. */
function proto(path: string, kind: Kind, those: readonly string[]): readonly [path: string, text: string] {
  const head = `syntax = "proto3"; package $; import "ego/v1/ego.proto"; import "google/protobuf/descriptor.proto";`;
  const marked = "message Refused_ { option (ego.v1.message).rejection = {}; }";
  const body = those.map((name) => printed[kind](name, names.indexOf(name))).join("\n");
  return [path, `${head}\n${marked}\n${body}\n`.replaceAll("$", path.replace(".proto", ""))];
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ego-names-"));
  mkdirSync(join(folder, "gen/ego/v1"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const tsconfig = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: { noEmit: true, isolatedModules: true, skipLibCheck: true, types: [] },
    include: ["gen"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
});
afterAll(() => rmSync(folder, { recursive: true }));

test("the names that EGO017 refuses are those that do not compile", () => {
  const all = kinds.map((kind) => proto(`all_${kind}.proto`, kind, names));
  const lines = diagnosticsOf(
    run(request(buildProtos(Object.fromEntries(all)), ["ego/v1/ego.proto", ...all.map(([path]) => path)])),
  );
  const refused = lines.map((line) => / EGO017: The (\w+) (\w+) has a name/.exec(line)?.slice(1).join(" ") ?? line);
  expect(refused.length).toBeGreaterThan(20);

  const files = kinds.flatMap((kind) => [
    proto(
      `others_${kind}.proto`,
      kind,
      names.filter((name) => !refused.includes(`${kind} ${name}`)),
    ),
    ...names
      .filter((name) => refused.includes(`${kind} ${name}`))
      .map((name) => proto(`${kind}_${name}.proto`, kind, [name])),
  ]);
  const failed = whatDoesNotCompile(Object.fromEntries(files));
  expect(failed.map((path) => path.replace("_", " ")).toSorted()).toEqual(refused.toSorted());
});

/** The files that TypeScript refuses, without extension. */
function whatDoesNotCompile(protos: Protos): string[] {
  const input = request(
    buildProtos(protos),
    ["ego/v1/ego.proto", ...Object.keys(protos)],
    "target=ts,import_extension=ts,erasable_syntax=true",
  );
  for (const { name, content } of protocGenEs.run(input).file) writeFileSync(join(folder, "gen", name), content);
  const failed: string[] = [];
  // A mistake in the syntax of one file hides mistakes in the types of all: what has some is taken away, until none has.
  for (;;) {
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
      cwd: folder,
      encoding: "utf8",
    });
    const found = new Set([...stdout.matchAll(/^gen\/(\w+)_pb\.ts\(/gm)].map(([, name = ""]) => name));
    if (found.size === 0) return failed;
    for (const name of found) rmSync(join(folder, "gen", `${name}_pb.ts`));
    failed.push(...found);
  }
}
