import { describe, expect, test } from "vitest";
import { missing, restarts as restartsOf } from "./host.ts";
import { type StoreName, storeNames } from "./place.ts";
import type { ProblemKind } from "./problems.ts";
import { type Saboteur, saboteurs } from "./saboteur.ts";
import { type TortureOptions, torture, usualFaults } from "./torture.ts";

/** Another one for another plan: `EGO_TORTURE_SEED=8 npm test -- test/torture`. */
const seed = Number(process.env.EGO_TORTURE_SEED ?? 7);
const usual = { seed, clients: 64, faults: usualFaults };

/** The short form; the long one is `npm run torture`. */
const runs: Readonly<Record<StoreName, Pick<TortureOptions, "commands" | "kills" | "restarts">>> = {
  memory: { commands: 3_000, kills: 0, restarts: 0 },
  sqlite: { commands: 2_000, kills: 2, restarts: 0 },
  postgres: { commands: 2_000, kills: 1, restarts: 2 },
  mariadb: { commands: 2_000, kills: 1, restarts: 2 },
};

const cases = await Promise.all(
  storeNames.map(async (store) => {
    const reason = await missing(store);
    if (reason !== undefined) console.warn(`skipped: torture of ${store}, since ${reason}`);
    return { store, reason, ...runs[store] };
  }),
);

describe("two engines that are killed, on a store that fails and a database that is restarted", () => {
  for (const { store, reason, commands, kills, restarts } of cases) {
    const title = `lose nothing, double nothing, and tell what is stored: ${store}, ${commands} commands, seed ${seed}`;
    test.skipIf(reason !== undefined)(reason ? `${title} [${reason}]` : title, { timeout: 180_000 }, async () => {
      const result = await torture({ ...usual, store, commands, kills, restarts });

      expect(result).toMatchObject({ problems: {}, examples: [], stderr: "" });
      expect(result.kills).toBe(2 * kills);
      expect(result.restarts).toBe(restartsOf(store) ? restarts : 0);
      // There was something to be checked.
      const { checked } = result;
      expect(checked.attempts).toBeGreaterThan(commands);
      expect(checked.storedCommands).toBeGreaterThan(commands / 3);
      for (const looked of ["replies", "repeated", "kept", "refused", "conflicts", "clashes", "reads"] as const) {
        expect(checked[looked], looked).toBeGreaterThan(0);
      }
      expect(result.faults).toBeGreaterThan(0);
      expect(result.killsInFlight).toBe(result.kills);
    });
  }
});

describe("the torture catches a store that", () => {
  const symptoms: Readonly<Record<Saboteur, ProblemKind>> = {
    "answers before it commits": "lost",
    "forgets the command id": "doubled",
    "swaps two replies": "wrong position",
    "ignores the expected revision": "wrong reply",
    "loads an old history": "wrong reply",
  };

  test.each(saboteurs)("%s", { timeout: 60_000 }, async (saboteur) => {
    const killed = saboteur === "answers before it commits";
    const { problems } = await torture({
      ...usual,
      clients: 24,
      faults: { ...usualFaults, before: 0.1 },
      store: killed ? "sqlite" : "memory",
      commands: 1_000,
      kills: killed ? 1 : 0,
      restarts: 0,
      saboteur,
    });

    expect(problems[symptoms[saboteur]]).toBeGreaterThan(0);
  });
});
