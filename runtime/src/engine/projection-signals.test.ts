import { expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { postgres } from "../../../test/servers/postgres.ts";
import type { Clock } from "../clock/clock.ts";
import { projection } from "../projection/projection.ts";
import { type Bank, startBank } from "./testdata/bank.ts";
import { postgresJournal } from "./testdata/journals.ts";

/** Timers never run out: what a projection sees it was told of, and did not find by looking. */
const stopped: Clock = { now: () => Date.now(), after: () => () => undefined };

const stored = [
  { what: "an event", store: async (bank: Bank) => (await bank.opened()).id },
  {
    what: "a version of a durable state",
    async store(bank: Bank) {
      const id = bank.fresh();
      await bank.items.get(id).describeItem({ title: "Pen" });
      return id;
    },
  },
];

test.skipIf(postgres.skipped !== undefined).each(stored)(
  `on Postgres, a projection is told at once that another program has stored $what${postgres.skipped ? ` [${postgres.skipped}]` : ""}`,
  async ({ store }) => {
    using journaled = postgresJournal();
    const seen: string[] = [];
    let resolve = () => {};
    const witness = projection<typeof account | typeof inventoryItem>({
      name: "witness",
      entities: [account, inventoryItem],
      handle: async ({ entityId }) => {
        seen.push(entityId);
        resolve();
      },
    });
    await using writer = await startBank(journaled.store());
    await using reader = await startBank(journaled.store(), { projections: [witness], clock: stopped });

    // More than once: the first signal may have come from the connection that was just made.
    for (let round = 1; round <= 3; round++) {
      const told = new Promise<void>((done) => {
        resolve = done;
      });
      const id = await store(writer);
      await told;
      expect(seen).toHaveLength(round);
      expect(seen.at(-1)).toBe(id);
    }
    expect(reader.log).toEqual([]);
  },
);
