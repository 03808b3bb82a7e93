import { describe, expect, test } from "vitest";
import { Scene } from "./killer.ts";
import { type Orders, saboteurs } from "./orders.ts";

/** More for a long run: `EGO_KILL_ROUNDS=50 npm test -- test/kill`. */
const rounds = Number(process.env.EGO_KILL_ROUNDS ?? 1);
const killsPerRound = 3;

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const orders: Omit<Orders, "filename"> = {
  commands: numbers(10_000),
  entities: 20,
  window: 128,
  engines: 1,
  untilSignal: false,
};
const few: Omit<Orders, "filename"> = { ...orders, commands: numbers(800), entities: 4, window: 24 };

/** Numbers that look random and are not: the same in every run. */
function spread(seed: number, from: number, to: number): number {
  let state = (seed * 2_654_435_761) >>> 0;
  state ^= state >>> 15;
  state = Math.imul(state, 0x2c1b3c6d) >>> 0;
  return from + (((state ^ (state >>> 12)) >>> 0) % (to - from));
}

describe("a process killed in the middle of 10,000 commands", { timeout: 60_000 * rounds }, () => {
  test("has lost nothing that it answered, and stored nothing twice", async () => {
    let kills = 0;
    let inFlight = 0;
    for (let round = 0; round < rounds; round++) {
      using scene = new Scene();
      const after = numbers(killsPerRound).map((i) => spread(round * killsPerRound + i + 1, 200, 3_000));

      const lives = await scene.kill(orders, after);

      const killed = lives.slice(0, -1);
      for (const life of killed) expect(life).toMatchObject({ signal: "SIGKILL", stderr: "" });
      expect(lives.at(-1)).toMatchObject({ code: 0, inFlight: 0, stderr: "" });
      kills += killed.length;
      inFlight += killed.filter((life) => life.inFlight > 0).length;
      const verdict = await scene.check(orders);
      expect(verdict).toMatchObject({ stored: 10_000, problems: {}, examples: [] });
      expect(verdict.answers).toBeGreaterThanOrEqual(10_000);
    }
    expect(kills).toBe(rounds * killsPerRound);
    // Most of them in the middle of something. On a disk that syncs at once, that is over sooner.
    expect(inFlight / kills).toBeGreaterThanOrEqual(0.5);
  });

  test("with two engines on its file has lost nothing either", async () => {
    using scene = new Scene();
    const both = { ...few, engines: 2 as const, commands: numbers(200), window: 8 };

    const lives = await scene.kill(both, [100]);

    expect(lives.map((life) => life.stderr)).toEqual(["", ""]);
    expect(await scene.check(both)).toMatchObject({ stored: 200, problems: {}, examples: [] });
  });
});

describe.concurrent("the checker", { timeout: 60_000 }, () => {
  const symptoms: Readonly<Record<(typeof saboteurs)[number], string>> = {
    "answers before it commits": "lost",
    "forgets the command id": "doubled",
    "swaps two replies": "wrong",
    "ignores the expected revision": "wrong",
    "stores an event twice": "doubled",
  };

  test.for(saboteurs)("refuses a store that %s", async (saboteur, { expect }) => {
    using scene = new Scene();
    const engines = saboteur === "ignores the expected revision" ? 2 : 1;
    const broken = { ...few, commands: numbers(250), saboteur, engines } as const;

    const lives = await scene.kill(broken, [200]);

    expect(lives.map((life) => life.stderr)).toEqual(["", ""]);
    const { problems } = await scene.check(broken);
    expect(problems[symptoms[saboteur]]).toBeGreaterThan(0);
  });
});
