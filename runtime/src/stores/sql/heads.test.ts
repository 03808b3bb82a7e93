import { expect, test } from "vitest";
import { Heads } from "./heads.ts";

test("the latest heads are remembered, of each type by itself", () => {
  const heads = new Heads();
  heads.set(1, "a", 5);
  heads.set(2, "a", 7);
  heads.set(1, "a", 6);
  expect([heads.get(1, "a"), heads.get(2, "a"), heads.get(1, "b")]).toEqual([6, 7, undefined]);
  heads.clear();
  expect(heads.get(1, "a")).toBeUndefined();
});

test("what was not written for long is forgotten, what was written lately is not", () => {
  const heads = new Heads(100);
  heads.set(1, "first", 1);
  for (let n = 0; n < 1_000; n++) {
    heads.set(1, `e-${n}`, n);
    heads.set(1, "busy", n);
    expect(heads.get(1, "busy")).toBe(n);
  }
  expect(heads.get(1, "first")).toBeUndefined();
  const remembered = Array.from({ length: 1_000 }, (_, n) => heads.get(1, `e-${n}`)).filter(
    (head) => head !== undefined,
  );
  expect(remembered.length).toBeGreaterThanOrEqual(99);
  expect(remembered.length).toBeLessThanOrEqual(200);
  expect(heads.get(1, "e-999")).toBe(999);
});
