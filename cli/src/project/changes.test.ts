import { expect, test } from "vitest";
import { describeChanges } from "./changes.ts";

const lines = (before: Record<string, string>, after: Record<string, string>) =>
  describeChanges({ root: "/p" }, new Map(Object.entries(before)), new Map(Object.entries(after)));

test("files that are new, changed and gone are listed, the others counted", () => {
  expect(lines({ "/p/a": "1", "/p/b": "1", "/p/c": "1" }, { "/p/a": "1", "/p/b": "2", "/p/d": "1" })).toEqual([
    "  changed  b",
    "  removed  c",
    "  new      d",
    "3 files changed, 1 up to date.",
  ]);
});

test("all files new", () => {
  expect(lines({}, { "/p/a": "1" })).toEqual(["  new      a", "1 file changed."]);
});

test("nothing changed", () => {
  expect(lines({ "/p/a": "1", "/p/b": "1" }, { "/p/a": "1", "/p/b": "1" })).toEqual(["2 files up to date."]);
});

test("nothing generated is said", () => {
  expect(lines({ "/p/a": "1" }, {})).toEqual([
    "  removed  a",
    "Nothing was generated: there is no message in the protos.",
  ]);
});

test("a file's name cannot speak to the terminal", () => {
  expect(lines({}, { "/p/\u001b[2J\n": "1" })[0]).toBe("  new      \\x1b[2J\\x0a");
});
