import type { AnyProjection } from "@ego/runtime";
import { balancesProjection } from "../examples/bank/src/balances.ts";
import { balances } from "../examples/bank/src/gen/bank/v1/account_ego.ts";
import { type Place, storeAt } from "./place.ts";
import { commandsPerSecond } from "./projection-commands.ts";
import { median } from "./results.ts";

type Kind = "none" | "behind" | "inline";

const kinds: Readonly<Record<Kind, readonly AnyProjection[]>> = {
  none: [],
  behind: [balances.implement(balancesProjection)],
  inline: [balances.implement(balancesProjection, { inline: true })],
};

/** Commands per second without a read model, with one that is projected behind them, and with an inline one. */
export async function inlineCost(
  store: "sqlite" | "postgres",
  next: () => Place,
  seconds: number,
  rounds: number,
): Promise<Readonly<Record<Kind, number>>> {
  const found: Record<Kind, number[]> = { none: [], behind: [], inline: [] };
  for (let round = 0; round < rounds; round++) {
    const names = Object.keys(kinds) as Kind[];
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      found[name].push(await commandsPerSecond(storeAt(store, next()), seconds, kinds[name]));
    }
  }
  return { none: median(found.none), behind: median(found.behind), inline: median(found.inline) };
}
