import { expect, test } from "vitest";
import { type Finding, findingLines } from "./finding.ts";

const finding = (file: string, line: number, column: number, text = "Wrong."): Finding => ({
  code: "EGO101",
  severity: "error",
  at: { file, line, column },
  text,
});

test("findings are sorted by place, each is there once, the way out is behind it", () => {
  const findings: Finding[] = [
    finding("src/b.ts", 1, 1),
    finding("src/a.ts", 10, 1),
    finding("src/a.ts", 9, 2),
    finding("src/a.ts", 10, 1),
    { code: "EGO301", severity: "warning", text: "Old.", help: "Update.\nOr do not." },
  ];
  expect(findingLines(findings)).toEqual([
    "warning EGO301: Old.\n  Update.\n  Or do not.",
    "src/a.ts:9:2: error EGO101: Wrong.",
    "src/a.ts:10:1: error EGO101: Wrong.",
    "src/b.ts:1:1: error EGO101: Wrong.",
  ]);
});

test("a file's name cannot begin a line", () => {
  expect(findingLines([finding("src/a\n\u001b.ts", 1, 1)])).toEqual(["src/a\\x0a\\x1b.ts:1:1: error EGO101: Wrong."]);
});
