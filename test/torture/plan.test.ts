import { expect, test } from "vitest";
import { type Manner, planOf } from "./plan.ts";

/** All that a plan decides. */
function all(seed: number, commands: number) {
  const plan = planOf(seed, commands);
  const numbers = Array.from({ length: commands }, (_, number) => number);
  return {
    commands: numbers.map(plan.command),
    manners: numbers.map(plan.manner),
    engines: numbers.map(plan.enginesOf),
    kills: [0, 1].map((engine) => plan.killsAfter(engine, 5)),
    restarts: plan.restartsAfter(5),
  };
}

test("a seed decides all: the same gives the same plan, another one another", () => {
  expect(all(7, 2_000)).toEqual(all(7, 2_000));
  const [one, other] = [all(7, 2_000), all(8, 2_000)];
  for (const part of ["commands", "manners", "engines", "kills", "restarts"] as const) {
    expect(one[part]).not.toEqual(other[part]);
  }
});

test("every command, and every manner of sending one, comes", () => {
  const { commands, manners, engines } = all(7, 3_000);
  expect(new Set(commands.map(({ kind, name }) => `${kind} ${name}`)).size).toBe(8);
  const has = (wanted: (manner: Manner) => unknown) => manners.some((manner) => wanted(manner));
  expect(has(({ timeoutMs }) => timeoutMs)).toBe(true);
  expect(has(({ aborts }) => aborts)).toBe(true);
  expect(has(({ expects }) => expects)).toBe(true);
  expect(has(({ again }) => again)).toBe(true);
  expect(has(({ clashes }) => clashes)).toBe(true);
  expect(has(({ late }) => late !== undefined)).toBe(true);
  expect(has(({ reads }) => reads)).toBe(true);
  expect(new Set(engines.map(String))).toEqual(new Set(["0", "1", "0,1"]));
});

test.each([1_000, 50_000])("no entity of %d commands has more than it remembers", (commands) => {
  const counts = new Map<string, number>();
  for (const { kind, entityId } of all(7, commands).commands) {
    counts.set(`${kind} ${entityId}`, (counts.get(`${kind} ${entityId}`) ?? 0) + 1);
  }
  expect(Math.max(...counts.values())).toBeLessThan(1_000);
});

test("a late command is one that came before", () => {
  for (const [number, { late }] of all(7, 5_000).manners.entries()) {
    if (late === undefined) continue;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(number);
  }
});
