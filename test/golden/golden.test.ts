import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CodeGeneratorRequest, FileDescriptorProto, FileDescriptorSet } from "@bufbuild/protobuf/wkt";
import { beforeAll, describe, expect, test } from "vitest";
import { buildFolders, request, run } from "./harness.ts";

const here = import.meta.dirname;

const versions = ["v1", "v2", "v3"].map((version) => ({ folder: `test/evolution/${version}`, orders: 20 }));

describe.each([
  { folder: "test/golden", orders: 20 },
  { folder: "test/domain", orders: 20 },
  { folder: "test/shapes", orders: 3 },
  ...versions,
])("what is printed for the protos of $folder", ({ folder, orders }) => {
  const gen = join(here, "../..", folder, "gen");
  const names = globSync("**/*.proto", { cwd: join(here, "../..", folder, "proto") }).toSorted();
  let set: FileDescriptorSet;
  beforeAll(() => {
    set = buildFolders(`${folder}/proto`);
  });

  test("is what is checked in, to the byte", () => {
    const output = run(request(set, names));
    expect(output.error).toBe("");
    expect(output.warnings).toBe("");
    const checkedIn = globSync(["**/*_ego.ts", "ego.schema.json"], { cwd: gen });
    expect([...output.files.keys()].toSorted()).toEqual(checkedIn.toSorted());
    for (const [name, content] of output.files) {
      expect(content, name).toBe(readFileSync(join(gen, name), "utf8"));
    }
  });

  test("does not depend on the order of the files", () => {
    const expected = [...run(request(set, names)).files];
    for (let seed = 1; seed <= orders; seed++) {
      const shuffled = request(set, names);
      shuffle(shuffled.fileToGenerate, seed);
      shuffle(shuffled.sourceFileDescriptors, seed + 1);
      shuffle(shuffled.protoFile, seed + 2);
      shuffled.protoFile = importedFirst(shuffled.protoFile);
      expect([...run(shuffled).files]).toEqual(expected);
    }
  });

  test("does not depend on where the options are: protoc below 24 has them in proto_file", () => {
    const expected = [...run(request(set, names)).files];
    const older = request(set, names);
    older.protoFile = set.file;
    older.sourceFileDescriptors = [];
    expect([...run(older).files]).toEqual(expected);
  });

  test("has no comments and the same code without source info", () => {
    const bare = request(set, names);
    withoutSourceInfo(bare);
    const output = run(bare);
    expect(output.error).toBe("");
    for (const [name, content] of run(request(set, names)).files) {
      expect(code(output.files.get(name) ?? "")).toBe(code(content));
    }
  });
});

test("an import extension is that of the option", () => {
  const set = buildFolders("test/golden/proto");
  const file = "golden/bank/v1/account.proto";
  const from = (parameter: string) =>
    /"\.\/account_pb.*"/.exec(
      run(request(set, [file], parameter)).files.get("golden/bank/v1/account_ego.ts") ?? "",
    )?.[0];
  expect(from("target=ts,import_extension=ts")).toBe('"./account_pb.ts"');
  expect(from("target=ts,import_extension=js")).toBe('"./account_pb.js"');
  expect(from("target=ts")).toBe('"./account_pb"');
});

/** The same for the same seed; another order for most others. */
function shuffle(list: unknown[], seed: number): void {
  let state = seed;
  for (let i = list.length - 1; i > 0; i--) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    const j = state % (i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
}

/** The protocol promises that a file stands behind what it imports. */
function importedFirst(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const ordered = new Set<FileDescriptorProto>();
  const add = (file: FileDescriptorProto) => {
    for (const other of files) if (file.dependency.includes(other.name)) add(other);
    ordered.add(file);
  };
  files.forEach(add);
  return [...ordered];
}

function withoutSourceInfo(input: CodeGeneratorRequest): void {
  for (const file of [...input.protoFile, ...input.sourceFileDescriptors]) delete file.sourceCodeInfo;
}

/** Without doc comments. */
function code(content: string): string {
  return content.replace(/^ *\/\*\*[\s\S]*?\*\/\n/gm, "");
}
