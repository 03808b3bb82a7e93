import { expect, test } from "vitest";
import type { Code, Diagnostic } from "./diagnostic.ts";
import { render } from "./render.ts";

const at = (line: number) => ({ file: "a.proto", line, column: 1 });
const error = (code: Code, line: number, text = "Wrong."): Diagnostic => ({
  code,
  severity: "error",
  at: at(line),
  text,
});

test("diagnostics are sorted by place, and each is there once", () => {
  expect(render([error("EGO010", 3), error("EGO002", 1), error("EGO010", 3)])).toBe(
    "a.proto:1:1: error EGO002: Wrong.\na.proto:3:1: error EGO010: Wrong.\n",
  );
});

test("behind them is where their codes are explained, each once", () => {
  const warning: Diagnostic = { ...error("EGO005", 9), severity: "warning" };
  expect(
    render([error("EGO010", 3), warning, error("EGO010", 4)], "docs/diagnostics.md")
      .split("\n")
      .slice(3),
  ).toEqual(["Each code is explained in docs/diagnostics.md: #ego005, #ego010", ""]);
});

test("codes that are not shown are not explained", () => {
  const many = Array.from({ length: 50 }, (_, index) => error("EGO010", index + 1));
  expect(
    render([...many, error("EGO011", 99)], "d.md")
      .split("\n")
      .slice(50),
  ).toEqual(["... and 1 more", "Each code is explained in d.md: #ego010", ""]);
});

test("nothing is explained where nothing is said", () => {
  expect(render([], "d.md")).toBe("");
});

test("a folder's name cannot speak to the terminal", () => {
  expect(render([error("EGO010", 1)], "\u001b[2J\n\u202e.md")).toBe(
    "a.proto:1:1: error EGO010: Wrong.\nEach code is explained in \\u{001B}[2J\\u{000A}\\u{202E}.md: #ego010\n",
  );
});
