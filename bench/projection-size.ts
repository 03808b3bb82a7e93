import { Engine } from "@ego/runtime";
import { accountBehavior } from "../examples/bank/src/account.ts";
import { balancesProjection } from "../examples/bank/src/balances.ts";
import { account, balances } from "../examples/bank/src/gen/bank/v1/account_ego.ts";
import { fillJournal } from "./journal-fill.ts";
import { type Place, storeAt } from "./place.ts";
import { median } from "./results.ts";

/** What a projection costs that is at the end of a journal. */
export interface SizeCost {
  readonly events: number;
  /** Asking for its status, with its lag, while one event is pending. */
  readonly statusMs: number;
  /** From the reply of a command to the row of the read model. */
  readonly pullMs: number;
}

const times = 50;

/** Measures in journals of several sizes. */
export async function projectionSizeCosts(
  store: "sqlite" | "postgres",
  next: () => Place,
  sizes: readonly number[],
): Promise<readonly SizeCost[]> {
  const costs: SizeCost[] = [];
  for (const size of sizes) {
    const place = next();
    const { events } = await fillJournal(store, place, size);
    const engine = await Engine.start({
      store: storeAt(store, place),
      entities: [account.implement(accountBehavior)],
      projections: [balances.implement(balancesProjection, { from: "now" })],
    });
    const ref = engine.projection(balances);
    const client = engine.entity(account).get("a");
    await client.openAccount({});
    const pulls: number[] = [];
    for (let n = 0; n < times; n++) {
      const { position } = await client.creditAccount({ amountCents: 1n });
      const answered = performance.now();
      await ref.caughtUpTo(engine.positionOf(account, "a", position));
      pulls.push(performance.now() - answered);
    }
    await ref.pause();
    await client.creditAccount({ amountCents: 1n });
    const statuses: number[] = [];
    for (let n = 0; n < times; n++) {
      const started = performance.now();
      const { lag } = await ref.status();
      statuses.push(performance.now() - started);
      if (lag.events !== 1) throw new Error(`the lag is ${lag.events}, not 1`);
    }
    await engine.stop();
    costs.push({ events, statusMs: median(statuses), pullMs: median(pulls) });
  }
  return costs;
}
