import { createRequire } from "node:module";
import { join } from "node:path";
import type { DescFile } from "@bufbuild/protobuf";
import * as wkt from "@bufbuild/protobuf/wkt";
import { beforeAll, describe, expect, test } from "vitest";
import { buildProtos, request, run } from "./harness.ts";

const require = createRequire(import.meta.url);
const protocGenEs = join(import.meta.dirname, "../../node_modules/@bufbuild/protoc-gen-es");
const validate = require(join(protocGenEs, "dist/cjs/src/gen/minimal-validate_pb.js")) as Readonly<
  Record<string, unknown>
>;

// Schemas that nobody wrote for us: all that come with the packages of protobuf-es, as descriptors.
const foreign = [...Object.values(wkt), ...Object.values(validate)].filter(isFile);
const names = foreign.map((file) => file.proto.name).toSorted();

test("all schemas of @bufbuild/protobuf and @bufbuild/protoc-gen-es are looked at", () => {
  expect(names).toEqual([
    "google/protobuf/any.proto",
    "google/protobuf/api.proto",
    "google/protobuf/compiler/plugin.proto",
    "google/protobuf/cpp_features.proto",
    "google/protobuf/descriptor.proto",
    "google/protobuf/duration.proto",
    "google/protobuf/empty.proto",
    "google/protobuf/field_mask.proto",
    "google/protobuf/go_features.proto",
    "google/protobuf/java_features.proto",
    "google/protobuf/source_context.proto",
    "google/protobuf/struct.proto",
    "google/protobuf/timestamp.proto",
    "google/protobuf/type.proto",
    "google/protobuf/wrappers.proto",
    "minimal-validate.proto",
  ]);
});

describe("nothing is printed for a schema without marks", () => {
  let set: wkt.FileDescriptorSet;
  beforeAll(() => {
    set = buildProtos({ "own.proto": own });
    for (const { proto } of foreign) {
      if (!set.file.some(({ name }) => name === proto.name)) set.file.push(proto);
    }
  });

  test.each(names)("%s: beside a marked file, which alone is printed", (name) => {
    const output = run(request(set, ["own.proto", name]));
    expect(output.error + output.warnings).toBe("");
    expect([...output.files.keys()]).toEqual(["own_ego.ts", "ego.schema.json"]);
  });

  test("all of them, and then it is said", () => {
    const output = run(request(set, names));
    expect(output.error).toMatch(/^\ngoogle\/protobuf\/any\.proto:1:1: error EGO093: No message is marked.*\n$/);
    expect(output.files.size).toBe(0);
  });

  test("all of them, built by buf with their comments and imported by a marked file", () => {
    const output = run(request(set, ["own.proto", ...names]));
    expect(output.error + output.warnings).toBe("");
    expect([...output.files.keys()]).toEqual(["own_ego.ts", "ego.schema.json"]);
  });
});

// The features of languages that buf does not know are not imported.
const imported = names.filter((name) => /^google\/(?!protobuf\/(?:cpp|go|java)_features)/.test(name));
const own = `syntax = "proto3"; package own;
${["ego/v1/ego.proto", ...imported].map((name) => `import "${name}";`).join("\n")}
option (ego.v1.file).entity = "own";
message Own {
  option (ego.v1.message).state = {persistence: PERSISTENCE_DURABLE};
  string id = 1 [(ego.v1.field).id = true];
  google.protobuf.FileDescriptorSet files = 2;
  google.protobuf.compiler.CodeGeneratorRequest request = 3;
  google.protobuf.Api api = 4;
  google.protobuf.Type type = 5;
}
message Keep { option (ego.v1.message).command = {}; }
`;

function isFile(value: unknown): value is DescFile {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "file";
}
