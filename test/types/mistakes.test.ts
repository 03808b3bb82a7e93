import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compile, type Diagnostic, expectedIn } from "./diagnostics.ts";

const folder = join(import.meta.dirname, "mistakes");
const mistakes = readdirSync(folder).filter((name) => name.endsWith(".ts"));

describe("a mistake in a user's code is an error at its place, and tsc says no more", () => {
  let said: ReadonlyMap<string, readonly Diagnostic[]>;
  beforeAll(() => {
    said = compile(folder);
  });

  test.each(mistakes)("%s", (name) => {
    const expected = expectedIn(readFileSync(join(folder, name), "utf8"));
    expect(expected).not.toEqual([]);
    expect(said.get(name)).toEqual(expected);
  });

  test("and code without a mistake has none", () => {
    expect([...said.keys()].filter((name) => !mistakes.includes(name))).toEqual([]);
  });
});

describe("expectations", () => {
  test("stand above the line that they are about", () => {
    expect(expectedIn("a;\n  // error at 3: TS1: one\n  // error at 9: TS2: two\n  b;\n")).toEqual([
      { line: 4, column: 3, text: "TS1: one" },
      { line: 4, column: 9, text: "TS2: two" },
    ]);
  });
});
