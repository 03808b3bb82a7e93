import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { fingerprints, outputFolders } from "./outputs.ts";

const foldersOf = (template: string) => outputFolders({ root: temporaryFolder({ "buf.gen.yaml": template }) });

test("the folders are read from every way to write them on one line", () => {
  const template = `version: v2
plugins:
  - local: a
    out: src/gen # generated
  - out: "b c"
    local: b
  - { local: c, out: 'c', strategy: all }
  - local: d
    "out": d
  # out: ../no
  - local: without
    opt: [out=../no, layout: ../no]
  - local: again
    out: src/gen
`;
  expect(foldersOf(template)).toEqual(["src/gen", "b c", "c", "d"]);
});

test.each(["../gen", "src/../../gen", "/tmp", '"../gen"'])("out: %s leads outside and is refused", (out) => {
  const root = temporaryFolder({ "buf.gen.yaml": `version: v2\nplugins:\n  - local: x\n    out: ${out}\n` });
  expect(() => outputFolders({ root })).toThrow(
    expect.objectContaining({
      exitCode: 1,
      message: `buf.gen.yaml:4: \`out: ${out.replaceAll('"', "")}\` is outside the project. ego writes only below ${root}.`,
    }),
  );
});

test.each(["", " &anchor x", " *alias", " >-", ' "\\x2e./x"', " |", " !tag x"])(
  "out:%s is not read, so it is refused",
  (out) => {
    expect(() => foldersOf(`plugins:\n  - local: x\n    out:${out}\n`)).toThrow(
      "buf.gen.yaml:3: `out` has to be a plain folder on the same line, such as `out: src/gen`.",
    );
  },
);

test("fingerprints follow content, in all folders below, and leave out what is not generated", () => {
  const files = { "gen/a.ts": "1", "gen/b/c.ts": "1", "gen/b/d.ts": "2", "gen/node_modules/x.js": "", "src/a.ts": "" };
  const root = temporaryFolder(files);
  const found = fingerprints({ root }, ["gen", "missing"]);
  expect([...found.keys()]).toEqual(["gen/a.ts", "gen/b/c.ts", "gen/b/d.ts"].map((file) => join(root, file)));
  expect(new Set(found.values()).size).toBe(2);
});

test("a folder's name is no pattern", () => {
  const root = temporaryFolder({ "g[e]n/a.ts": "", "gen/b.ts": "" });
  expect([...fingerprints({ root }, ["g[e]n"]).keys()]).toEqual([join(root, "g[e]n/a.ts")]);
});
