import type { Store } from "@ego/runtime";
import { type Place, storeAt } from "./place.ts";
import { commandsPerSecond } from "./projection-commands.ts";
import { median } from "./results.ts";

/** Commands per second of an engine that tells others what it stores, and of one that does not. */
export async function signalCost(
  next: () => Place,
  seconds: number,
  rounds: number,
): Promise<{ readonly withSignals: number; readonly without: number }> {
  const withSignals: number[] = [];
  const without: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // In turns, and each first in its turn.
    for (const first of round % 2 === 0 ? [true, false] : [false, true]) {
      const store = storeAt("postgres", next());
      (first ? withSignals : without).push(await commandsPerSecond(first ? store : mute(store), seconds, []));
    }
  }
  return { withSignals: median(withSignals), without: median(without) };
}

function mute(store: Store): Store {
  return new Proxy(store, { get: (target, name) => (name === "signals" ? undefined : Reflect.get(target, name)) });
}
