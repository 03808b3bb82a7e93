import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema, CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildFolders, buildProtos, request, run } from "../test/golden/harness.ts";
import { notices } from "./bundle.ts";

// The plugin and the command line as they are published, far from any node_modules.
const folder = mkdtempSync(join(tmpdir(), "ego-bundle-"));
const built = (path: string) => readFileSync(join(folder, "protoc-gen-ego", path), "utf8");
beforeAll(() => {
  const script = join(import.meta.dirname, "build.ts");
  execFileSync(process.execPath, [script, "--into", folder, "protoc-gen-ego", "cli"], { stdio: "pipe" });
});
afterAll(() => rmSync(folder, { recursive: true }));

test("the published plugin prints what the plugin prints from source", () => {
  const input = request(buildFolders("test/golden/proto"), ["golden/bank/v1/account.proto"]);
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "protoc-gen-ego/bin/protoc-gen-ego")], {
    input: toBinary(CodeGeneratorRequestSchema, input),
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  expect(stderr.toString()).toBe("");
  expect(status).toBe(0);
  const response = fromBinary(CodeGeneratorResponseSchema, stdout);
  expect(new Map(response.file.map(({ name, content }) => [name, content]))).toEqual(run(input).files);
});

test("it leads to the documentation that it brings along", () => {
  const input = request(buildProtos({ "a.proto": 'syntax = "proto3";' }), ["a.proto"]);
  const { stdout } = spawnSync(process.execPath, [join(folder, "protoc-gen-ego/bin/protoc-gen-ego")], {
    input: toBinary(CodeGeneratorRequestSchema, input),
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  expect(fromBinary(CodeGeneratorResponseSchema, stdout).error).toMatch(
    /^Each code is explained in protoc-gen-ego\/docs\/diagnostics\.md: #ego093$/m,
  );
  expect(built("docs/diagnostics.md")).toBe(readFileSync(join(import.meta.dirname, "../docs/diagnostics.md"), "utf8"));
});

test("it is one file that loads nothing but Node, and so starts fast", () => {
  const imports = built("dist/plugin.js").match(/^import .*/gm) ?? [];
  expect(imports.filter((line) => !/ from "node:\w+";$/.test(line))).toEqual([]);
});

test("it has the notices of what is in it, and its types", () => {
  expect(built(`dist/${notices}`)).toMatch(/^@bufbuild\/protobuf [\d.]+, \(Apache-2.0 AND BSD-3-Clause\)\n=+\n/m);
  expect(built(`dist/${notices}`)).toMatch(/^@bufbuild\/protoplugin [\d.]+, Apache-2.0\n=+\n/m);
  expect(built(`dist/${notices}`)).toContain(
    "Redistributions in binary form must reproduce the above\ncopyright notice",
  );
  expect(built("dist/plugin.d.ts")).toContain("export declare function main(): void;");
});

test("the published command line loads little to print its help, and no package", () => {
  const imports = (file: string): readonly string[] => {
    const own = readFileSync(join(folder, "cli/dist", file), "utf8").match(/^import .*?from "[^"]+";$/gm) ?? [];
    const targets = own.map((line) => /"([^"]+)";$/.exec(line)?.[1] ?? "");
    return targets.flatMap((target) => (target.startsWith("./") ? [target, ...imports(target.slice(2))] : [target]));
  };
  const loaded = imports("main.js");
  expect(loaded.filter((target) => !/^(node:|\.\/)/.test(target))).toEqual([]);
  expect(new Set(loaded.filter((target) => target.startsWith("./"))).size).toBeLessThan(8);
});

test("the published command line has the licence of what is in it", () => {
  const text = readFileSync(join(folder, "cli/dist", notices), "utf8");
  expect(text).toMatch(/^commander [\d.]+, MIT\n=+\n/m);
  expect(text).toContain("Permission is hereby granted, free of charge");
});
