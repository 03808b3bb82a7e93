import { expect, test } from "vitest";
import { compareVersions, isInRange } from "./version.ts";

test.each([
  ["0.29.9", "0.29.9", true],
  ["0.29.10", "0.29.9", false],
  ["8.23.1", ">=8.23.1 <9", true],
  ["8.100.0", ">=8.23.1 <9", true],
  ["9.0.0", ">=8.23.1 <9", false],
  ["8.9.0", ">=8.23.1 <9", false],
])("%s in %s: %s", (version, range, inside) => {
  expect(isInRange(version, range)).toBe(inside);
});

test("versions are ordered by their numbers, not as text", () => {
  const versions = ["v22.18.0", "22.9.1", "24.0.0-nightly", "22.18.1+build", "9"];
  expect(versions.toSorted(compareVersions)).toEqual(["9", "22.9.1", "v22.18.0", "22.18.1+build", "24.0.0-nightly"]);
});
