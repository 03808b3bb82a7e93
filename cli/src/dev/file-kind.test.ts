import { expect, test } from "vitest";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { fileKinds, isForeignFolder } from "./file-kind.ts";

const project = (modules: string) => ({ root: temporaryFolder({ "buf.yaml": `version: v2\n${modules}` }) });

test.each([
  ["proto/a/v1/a.proto", "proto"],
  ["protocols/a.proto", undefined],
  ["third_party/proto/ego/v1/ego.proto", "proto"],
  ["buf.yaml", "proto"],
  ["buf.gen.yaml", "proto"],
  ["src/a.ts", "source"],
  ["src/a.mjs", "source"],
  ["src/view.tsx", "source"],
  ["src/texts.json", "source"],
  ["data.json", undefined],
  ["package.json", "source"],
  ["tsconfig.build.json", "source"],
  [".env", "source"],
  [".env.local", "source"],
  ["src/.env", undefined],
  ["src/a.test.ts", "test"],
  ["test/helper.ts", "test"],
  ["src/__mocks__/x.js", "test"],
  ["src/latest/x.ts", "source"],
  ["src/.#a.ts", undefined],
  ["src/a.ts~", undefined],
  ["README.md", undefined],
  ["bank.db", undefined],
])("%s is %s", (file, kind) => {
  const kinds = fileKinds(project("modules:\n  - path: ./proto\n  - path: third_party/proto\n"), "src/main.ts");
  expect(kinds.of(file)).toBe(kind);
});

test("without modules, protos are everywhere; of a program at the root, JSON is data", () => {
  const kinds = fileKinds(project(""), "main.ts");
  expect(kinds.of("deep/a.proto")).toBe("proto");
  expect(kinds.of("data/a.json")).toBeUndefined();
});

test("nothing is looked at in folders of tools", () => {
  expect(["node_modules", ".git", "dist", "coverage", "src"].filter(isForeignFolder)).toEqual([
    "node_modules",
    ".git",
    "dist",
    "coverage",
  ]);
});
