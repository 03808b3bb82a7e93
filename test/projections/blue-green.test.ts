import { expect, test } from "vitest";
import { openPlaces } from "../../bench/place.ts";
import { blueGreen } from "./blue-green.ts";

/** The long form is `npm run torture:projections -- --blue-green 1000000`. */
test("a read model is built, promoted and taken back while commands and queries go on: none of them sees anything of it", {
  timeout: 120_000,
}, async () => {
  await using places = await openPlaces(["sqlite"]);

  const result = await blueGreen({ store: "sqlite", place: places.next(), events: 50_000 });

  expect(result.problems).toEqual([]);
  expect(result.events).toBeGreaterThanOrEqual(50_000);
  expect(result.commands).toBeGreaterThan(20);
  expect(result.answers).toBeGreaterThan(100);
});
