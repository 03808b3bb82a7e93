import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const codes = [...read("docs/diagnostics.md").matchAll(/^### (EGO\d{3})$/gm)].map(([, code = ""]) => code);
const tests = globSync("protoc-gen-ego/src/**/*.test.ts", { cwd: root }).map(read).join("\n");

describe("every code has", () => {
  test("a test of its exact text", () => {
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => !new RegExp(`(?:error|warning) ${code}: `).test(tests))).toEqual([]);
  });

  test("a near miss: a test that it is not said of what is right", () => {
    expect(codes.filter((code) => !tests.includes(`not ${code}: `))).toEqual([]);
  });
});
