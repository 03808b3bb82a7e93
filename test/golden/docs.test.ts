import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildProtos, diagnosticsOf, request, run } from "./harness.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const protosIn = (markdown: string) =>
  [...markdown.matchAll(/^```proto\n([\s\S]*?)^```/gm)].map(([, code = ""]) => code);

/** What is said about each proto; each has a package of its own, so that one build does for all. */
function sayAll(protos: readonly string[]): string[][] {
  const files = protos.map((proto, index) => [`${index}.proto`, proto.replace("package ", `package p${index}.`)]);
  const set = buildProtos(Object.fromEntries(files));
  return protos.map((_, index) => diagnosticsOf(run(request(set, [`${index}.proto`]))));
}

describe("docs/diagnostics.md", () => {
  const [start = "", ...sections] = read("docs/diagnostics.md").split(/^### /m);
  const [base = ""] = protosIn(start);

  test("has a section for each code that the source has, and for no other", () => {
    const sources = globSync("protoc-gen-ego/src/**/*.ts", { cwd: root, exclude: (path) => path.endsWith(".test.ts") });
    const inSource = sources.flatMap((path) => read(path).match(/"EGO\d{3}"/g) ?? []).map((code) => code.slice(1, -1));
    expect(sections.map((section) => section.slice(0, 6))).toEqual([...new Set(inSource)].toSorted());
  });

  const examples = sections.flatMap((section) =>
    protosIn(section).map((proto) => ({ code: section.slice(0, 6), proto })),
  );
  test("its examples are examples of their codes, and the file that they stand in is right", () => {
    const protos = examples.map(({ proto }) => (proto.startsWith("syntax") ? proto : base + proto));
    const [right, ...said] = sayAll([base, ...protos]);
    expect(right).toEqual([]);
    expect(examples.length).toBeGreaterThan(20);
    for (const [index, { code }] of examples.entries()) expect(said[index]?.join("\n")).toContain(code);
  });

  test("only what no proto can show has no example", () => {
    const shown = new Set(examples.map(({ code }) => code));
    const codes = sections.map((section) => section.slice(0, 6));
    expect(codes.filter((code) => !shown.has(code))).toEqual(["EGO090", "EGO091", "EGO092"]);
  });
});

describe("docs/options.md", () => {
  const text = read("docs/options.md");

  test("its examples are one file that is right", () => {
    const head = 'syntax = "proto3"; package bank.v1; import "ego/v1/ego.proto";\n';
    expect(sayAll([head + protosIn(text).join("")])).toEqual([[]]);
  });

  test("names every option and every value", () => {
    const proto = read("protoc-gen-ego/proto/ego/v1/ego.proto").replace(/^ *\/\/.*$/gm, "");
    const names = [...proto.matchAll(/(\w+) = \d+(?: \[.*\])?;/g)].map(([, name = ""]) => name);
    const wanted = names.filter((name) => !name.endsWith("_UNSPECIFIED"));
    expect(wanted.length).toBeGreaterThan(20);
    expect(wanted.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });
});
