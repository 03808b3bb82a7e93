import { describe, expect, test } from "vitest";
import type { ProjectionRecord } from "../journal/projection-store.ts";
import { behindLive } from "./projection-versions.ts";

const live: ProjectionRecord = {
  name: "balances",
  version: 1,
  role: "live",
  wanted: "running",
  failure: undefined,
  parts: 1,
  begunAt: 0,
};
const building: ProjectionRecord = { ...live, version: 2, role: "building" };

/** Two versions whose offsets a test moves, and a clock. */
function versions() {
  const offsets = new Map<number, readonly number[]>();
  let ms = 0;
  const behind = behindLive(
    { list: async () => [live, building], offsets: async ({ version }) => offsets.get(version) },
    building,
    () => ms,
  );
  return (at: number, ofLive: readonly number[], own: readonly number[]) => {
    ms = at;
    offsets.set(1, ofLive).set(2, own);
    return behind();
  };
}

describe("a version behind the live one", () => {
  test("is none behind when it is level", async () => {
    const behindAt = versions();
    expect(await behindAt(0, [5, 7], [3, 0])).toBe(9);
    expect(await behindAt(0, [5, 7], [5, 7])).toBe(0);
  });

  test("is none behind when it has done what the live one had done just before, though that goes on", async () => {
    const behindAt = versions();
    expect(await behindAt(0, [100, 100], [0, 100])).toBe(100);
    // It has done that, but long ago: from here on is counted again.
    expect(await behindAt(60_000, [200, 200], [199, 200])).toBe(1);
    expect(await behindAt(60_500, [210, 210], [199, 209])).toBe(12);
    expect(await behindAt(61_000, [220, 220], [200, 219])).toBe(0);
  });

  test("that falls behind by more than a second is not close", async () => {
    const behindAt = versions();
    for (let second = 0; second < 20; second++) {
      expect(await behindAt(second * 1_000, [100 * second + 150], [100 * second])).toBe(150);
    }
  });
});
