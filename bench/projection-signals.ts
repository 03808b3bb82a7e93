import type { Store } from "@ego/runtime";
import { type Place, storeAt } from "./place.ts";
import { commandsPerSecond } from "./projection-commands.ts";
import { median } from "./results.ts";

/** What signals cost. */
export interface SignalCost {
  /** Commands per second of an engine that tells others what it stores. */
  readonly withSignals: number;
  /** Of one that does not. */
  readonly without: number;
  /** Of the first to the second, of one pair. */
  readonly ratio: number;
}

/** Medians of pairs of runs, one right behind the other: the machine changes by more than what is looked for. */
export async function signalCost(next: () => Place, seconds: number, pairs: number): Promise<SignalCost> {
  const costs: SignalCost[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    // Each is first in its turn.
    const order = pair % 2 === 0 ? [true, false] : [false, true];
    const rates = new Map<boolean, number>();
    for (const signals of order) {
      const store = storeAt("postgres", next());
      rates.set(signals, await commandsPerSecond(signals ? store : mute(store), seconds, []));
    }
    const [withSignals = 0, without = 0] = [rates.get(true), rates.get(false)];
    costs.push({ withSignals, without, ratio: withSignals / without });
  }
  const medianOf = (name: keyof SignalCost) => median(costs.map((cost) => cost[name]));
  return { withSignals: medianOf("withSignals"), without: medianOf("without"), ratio: medianOf("ratio") };
}

function mute(store: Store): Store {
  return new Proxy(store, { get: (target, name) => (name === "signals" ? undefined : Reflect.get(target, name)) });
}
