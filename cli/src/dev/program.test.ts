import { expect, test } from "vitest";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { findProgram } from "./program.ts";

function startedBy(start: unknown) {
  const root = temporaryFolder({
    "package.json": JSON.stringify({ scripts: { start } }),
    "src/main.ts": "",
    "src/server.ts": "",
  });
  return findProgram({ root }, root, { args: [] });
}

test.each([
  ["node src/server.ts", [], []],
  ["  node   ./src/server.ts  --port  80 ", [], ["--port", "80"]],
  ["node --env-file=.env --enable-source-maps src/server.ts", ["--env-file=.env", "--enable-source-maps"], []],
  ["node --env-file .env -r ./x.cjs src/server.ts a", ["--env-file", ".env", "-r", "./x.cjs"], ["a"]],
])("`%s` is Node with a file", (start, flags, args) => {
  expect(startedBy(start)).toEqual({ file: "src/server.ts", flags, args });
});

test.each([
  "tsx src/server.ts",
  "node src/server.ts && echo done",
  "node $FILE",
  "node 'src/server.ts'",
  "NODE_ENV=x node src/server.ts",
  "node",
  "node -",
  "",
])("`%s` is not, and nothing is guessed", (start) => {
  expect(() => startedBy(start)).toThrow(/^What is to be run\? The script `start` of package\.json/);
});

test("without a script, src/main.ts is run; a file that is named counts from where the user stands", () => {
  expect(startedBy(undefined).file).toBe("src/main.ts");
  const root = temporaryFolder({ "src/-x.ts": "" });
  expect(findProgram({ root }, `${root}/src`, { file: "-x.ts", args: ["1"] })).toEqual({
    file: "src/-x.ts",
    flags: [],
    args: ["1"],
  });
});
