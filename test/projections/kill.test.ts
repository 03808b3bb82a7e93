import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hostOf, missing } from "../torture/host.ts";
import type { ProblemKind } from "./checker.ts";
import { type KillOptions, type KillResult, killAgainAndAgain } from "./killer.ts";
import { type Saboteur, type Stage, saboteurs } from "./orders.ts";

const seed = 7;
const noPostgres = await missing("postgres");
if (noPostgres !== undefined) console.warn(`skipped: read models on Postgres that are killed, since ${noPostgres}`);

/** Kills on a new journal. */
async function killed(
  store: "sqlite" | "postgres",
  options: Omit<KillOptions, "place" | "seed" | "engines">,
): Promise<KillResult> {
  const folder = mkdtempSync(join(tmpdir(), "ego-projections-"));
  try {
    await using host = await hostOf(store, folder);
    // On SQLite there is one writer: the second engine would look on.
    return await killAgainAndAgain({ place: host.place, seed, engines: store === "sqlite" ? 1 : 2, ...options });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("a read model whose process is killed between handler and commit, again and again", () => {
  /** Twenty in all. The long form is `npm run torture:projections`. */
  const runs = [
    { store: "sqlite", inline: false, kills: noPostgres === undefined ? 8 : 12, reason: undefined },
    { store: "sqlite", inline: true, kills: noPostgres === undefined ? 4 : 8, reason: undefined },
    { store: "postgres", inline: false, kills: 4, reason: noPostgres },
    { store: "postgres", inline: true, kills: 4, reason: noPostgres },
  ] as const;

  for (const { store, inline, kills, reason } of runs) {
    const title = `is what comes out of the journal: ${kills} kills on ${store}${inline ? ", inline" : ""}`;
    test.skipIf(reason !== undefined)(reason ? `${title} [${reason}]` : title, { timeout: 120_000 }, async () => {
      const result = await killed(store, { kills, inline });

      expect(result).toMatchObject({ problems: {}, examples: [], kills, stderr: "" });
      expect(Object.values(result.killsAt).every((count) => count >= kills / 4)).toBe(true);
      // There was something to be checked.
      expect(result.events).toBeGreaterThan(kills * 20);
      expect(result.rows).toBeGreaterThan(kills * 8);
    });
  }
});

describe("the checker of the read model", () => {
  const caught: Readonly<Record<Saboteur, { readonly at: readonly Stage[]; readonly as: readonly ProblemKind[] }>> = {
    "moves the offset in a transaction of its own, before the work": {
      at: ["handler"],
      as: ["less", "missing"],
    },
    "moves the offset in a transaction of its own, after the work": { at: ["committed"], as: ["more"] },
    "commits rows of failed work": { at: ["anywhere"], as: ["more"] },
    "projects inline in a transaction of its own": { at: ["handler"], as: ["less", "missing"] },
  };

  test.for(saboteurs)("refuses a store that %s", { timeout: 60_000 }, async (saboteur, { expect }) => {
    const { at, as } = caught[saboteur];

    const { problems } = await killed("sqlite", { kills: 1, at, saboteur, inline: saboteur.includes("inline") });

    expect(as.some((kind) => (problems[kind] ?? 0) > 0)).toBe(true);
  });
});
