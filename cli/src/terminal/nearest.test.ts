import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

const names = ["init", "generate", "emits", "state", "id"];

test.each([
  ["emit", "emits"],
  ["emtis", "emits"],
  ["stat", "state"],
  ["State", "state"],
  ["gen", "generate"],
  ["genrate", "generate"],
  ["generator", "generate"],
  ["ids", "id"],
])("%s is probably %s", (name, meant) => {
  expect(nearest(name, names)).toBe(meant);
});

test.each(["", "x", "g", "xy", "entity"])("%j is none of them", (name) => {
  expect(nearest(name, names)).toBeUndefined();
});
