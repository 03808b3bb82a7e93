import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

const names = ["AccountOpened", "AccountClosed", "AccountCredited"];

test.each([
  ["AccountOpend", "AccountOpened"],
  ["accountopened", "AccountOpened"],
  ["AccountCreditd", "AccountCredited"],
  ["Acount", undefined],
  ["Nothing", undefined],
  ["", undefined],
])("%j means %j", (written, meant) => {
  expect(nearest(written, names)).toBe(meant);
});

test("the first of several that are as near is taken", () => {
  expect(nearest("ab", ["ax", "ay"])).toBe("ax");
});
