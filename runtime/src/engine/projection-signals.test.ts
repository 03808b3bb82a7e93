import { expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { postgres } from "../../../test/servers/postgres.ts";
import type { Clock } from "../clock/clock.ts";
import { projection } from "../projection/projection.ts";
import { startBank } from "./testdata/bank.ts";
import { postgresJournal } from "./testdata/journals.ts";

/** Timers never run out: what a projection sees it was told of, and did not find by looking. */
const stopped: Clock = { now: () => Date.now(), after: () => () => undefined };

test.skipIf(postgres.skipped !== undefined)(
  `on Postgres, a projection is told at once what another program has stored${postgres.skipped ? ` [${postgres.skipped}]` : ""}`,
  async () => {
    using journaled = postgresJournal();
    const seen: string[] = [];
    let resolve = () => {};
    const witness = projection<typeof account>({
      name: "witness",
      entities: [account],
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
      const { id } = await writer.opened();
      await told;
      expect(seen).toHaveLength(round);
      expect(seen.at(-1)).toBe(id);
    }
    expect(reader.log).toEqual([]);
  },
);
