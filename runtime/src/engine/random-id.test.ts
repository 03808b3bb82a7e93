import { expect, test } from "vitest";
import { randomId } from "./random-id.ts";

test("a random id is a UUID of version 4, and never the same twice", () => {
  const ids = new Set(Array.from({ length: 10_000 }, randomId));

  expect(ids.size).toBe(10_000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("each digit of a random id takes each value that it can have", () => {
  const ids = Array.from({ length: 2_000 }, randomId);

  for (const [place, character] of [...(ids[0] ?? "")].entries()) {
    const values = new Set(ids.map((id) => id[place]));
    const many = character === "-" || place === 14 ? 1 : place === 19 ? 4 : 16;
    expect([place, values.size]).toEqual([place, many]);
  }
});
