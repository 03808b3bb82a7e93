import { expect, test } from "vitest";
import { jsonText } from "../terminal/json-text.ts";
import { type Line, lineText } from "../terminal/line.ts";
import { printable } from "../terminal/printable.ts";
import { type Block, blockJson, blockLines, lateLines } from "./block.ts";

const at = new Date(2026, 10, 24, 9, 5, 7);

const quiet: Block = {
  at,
  changes: [{ file: "src/account.ts", kind: "source", what: "changed" }],
  generated: undefined,
  warnings: "",
  inserted: [],
  findings: [],
  failure: undefined,
  types: { checked: true, errors: [] },
  program: { state: "restarted", ms: 181.6, pid: 4711, killed: false },
};

const textOf = (block: Block) =>
  blockLines(block, "src/main.ts")
    .map((line: Line) => lineText(line, false))
    .join("\n");

test("a change of a source is three lines", () => {
  expect(textOf(quiet)).toBe(`09:05:07  src/account.ts
          types      fine
          program    restarted after 182 ms`);
});

test("a change of a proto says what was generated and inserted, and what to look at", () => {
  const block: Block = {
    ...quiet,
    changes: [
      { file: "proto/bank/v1/account.proto", kind: "proto", what: "changed" },
      { file: "src/old.ts", kind: "source", what: "removed" },
    ],
    generated: ["a", "b", "c", "d", "e", "f", "g"].map((name) => `src/gen/${name}_pb.ts`),
    warnings: "proto/bank/v1/account.proto:3:1: warning EGO020: No command emits it.",
    inserted: [{ file: "src/account.ts", line: 42, contract: "AccountBehavior", member: "freezeAccount" }],
    findings: [
      {
        code: "EGO105",
        severity: "error",
        at: { file: "src/balances.ts", line: 1, column: 2 },
        text: "has syntax errors",
        help: "Mend them.",
      },
    ],
    types: {
      checked: true,
      errors: Array.from({ length: 12 }, (_, index) => ({
        at: { file: "src/account.ts", line: index + 1, column: 5 },
        code: "TS2322",
        text: index === 0 ? "This is wrong.\n  And that." : "Wrong.",
      })),
    },
    program: { state: "restarted", ms: 800, pid: 1, killed: true },
  };
  expect(textOf(block)).toBe(`09:05:07  proto/bank/v1/account.proto, src/old.ts (removed)
          generated  src/gen/a_pb.ts, src/gen/b_pb.ts, src/gen/c_pb.ts, src/gen/d_pb.ts, src/gen/e_pb.ts, and 2 more
          warning    proto/bank/v1/account.proto:3:1: warning EGO020: No command emits it.
          inserted   src/account.ts:42 freezeAccount
          sync       src/balances.ts:1:2: error EGO105: has syntax errors
                       Mend them.
          types      src/account.ts:1:5: error TS2322: This is wrong.
                       And that.
${Array.from({ length: 9 }, (_, index) => `                     src/account.ts:${index + 2}:5: error TS2322: Wrong.`).join("\n")}
                     … and 2 more
          program    restarted after 800 ms; the old one did not end at SIGTERM, and was killed`);
});

test("protos that do not compile, and a program that goes on or is none", () => {
  const broken: Block = { ...quiet, failure: "proto/a.proto:1:1: no", types: undefined, program: { state: "kept" } };
  expect(textOf(broken)).toBe(`09:05:07  src/account.ts
          failed     proto/a.proto:1:1: no
          program    goes on as it was`);
  expect(textOf({ ...broken, changes: [], program: { state: "waiting" } })).toBe(`09:05:07  ego dev src/main.ts
          failed     proto/a.proto:1:1: no
          program    is not running, and waits for a change`);
});

test("types that are late are a row in the block, and then lines with a time of their own", () => {
  expect(textOf({ ...quiet, types: "late" })).toBe(`09:05:07  src/account.ts
          types      are being checked
          program    restarted after 182 ms`);
  const errors = [1, 2].map((line) => ({ at: { file: "src/a.ts", line, column: 3 }, code: "TS1", text: "x" }));
  expect(
    lateLines({ checked: true, errors }, at)
      .map((line) => lineText(line, false))
      .join("\n"),
  ).toBe(`09:05:07  types      src/a.ts:1:3: error TS1: x
                     src/a.ts:2:3: error TS1: x`);
});

const hostile = "src/\u001b[2J\n\u202e\u0085.ts";
const hostileBlock: Block = {
  ...quiet,
  changes: [{ file: hostile, kind: "source", what: "new" }],
  generated: [hostile],
  inserted: [{ file: hostile, line: 1, contract: hostile, member: hostile }],
  types: { checked: true, errors: [{ at: { file: hostile, line: 1, column: 1 }, code: "TS1", text: hostile }] },
};

test("names cannot speak to the terminal, nor begin a line; colours are ours alone", () => {
  const [first, ...rows] = textOf(hostileBlock).split("\n");
  expect(first).toBe("09:05:07  src/\\x1b[2J\\x0a\\u{202e}\\x85.ts (new)");
  for (const row of rows) expect(row).toMatch(/^ {10}[\w ]{11}\S/);
  const coloured = blockLines(hostileBlock, hostile).map((line) => lineText(line, true));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this is about
  expect(coloured.join("").replace(/\u001b\[(?:[12]|3[123]|0)m/g, "")).not.toContain("\u001b");
});

test("as JSON, a block is one printable line, and comes back as it was", () => {
  const line = jsonText(blockJson(hostileBlock));
  expect(printable(line)).toBe(line);
  expect(line).not.toContain("\n");
  expect(JSON.parse(line)).toMatchObject({ format: 1, event: "change", changes: [{ file: hostile, what: "new" }] });
});
