import { expect, test } from "vitest";
import { missingInSource } from "./excerpt.ts";

const source = `export interface A {
  readonly one: (command: One, context: Context) => Two;
  /** Three. */
  readonly three: Three;
}
`;

test("an excerpt is in its source, however its lines are broken", () => {
  expect(missingInSource("readonly one: (\n  command: One,\n  context: Context\n) => Two;\n", source)).toBeUndefined();
  expect(missingInSource(source, source)).toBeUndefined();
});

test("… stands for anything, within a line too", () => {
  expect(missingInSource("export interface A {\n  …\n  readonly three: Three;\n}\n", source)).toBeUndefined();
  expect(missingInSource("readonly one: (command: …) => Two;", source)).toBeUndefined();
  expect(missingInSource("export interface A {…readonly one", source)).toBeUndefined();
});

test("what is not there is said", () => {
  expect(missingInSource("readonly three: Four;\n", source)).toBe("readonly three: Four;");
  expect(missingInSource("export interface A {\n  …\n  readonly two: Two;\n", source)).toBe("readonly two: Two;");
});

test("the parts are in order, each behind the one before", () => {
  expect(missingInSource("readonly three …  readonly one", source)).toBe("readonly one");
  expect(missingInSource("readonly three: Three; … readonly three: Three;", source)).toBe("readonly three: Three;");
});
