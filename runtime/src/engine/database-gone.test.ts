import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import type { Database, TestDatabase } from "../../../test/servers/database.ts";
import { mariadb } from "../../../test/servers/mariadb.ts";
import { postgres } from "../../../test/servers/postgres.ts";
import type { Store } from "../journal/store.ts";
import { mysqlStore } from "../stores/sql/mysql.ts";
import { postgresStore } from "../stores/sql/postgres.ts";
import { openProxy } from "../stores/testdata/proxy.ts";
import { all, type Bank, failureOf, startBank } from "./testdata/bank.ts";
import { type ManualClock, manualClock } from "./testdata/manual-clock.ts";
import { passing } from "./testdata/passing.ts";

const cases: readonly { readonly database: Database; readonly store: (url: string) => Store }[] = [
  { database: postgres, store: (connectionString) => postgresStore({ connectionString }) },
  { database: mariadb, store: (connectionString) => mysqlStore({ connectionString }) },
];

/** Half of the engine's timeout: when a store breaks off what hangs. */
const patience = 15_000;

for (const { database, store } of cases) {
  const { name, skipped } = database;
  describe.skipIf(skipped !== undefined)(`an engine on ${name}${skipped === undefined ? "" : ` [${skipped}]`}`, () => {
    const made: TestDatabase[] = [];
    // A server that starts takes longer than a test.
    beforeAll(async () => {
      made.push(await database.open());
    });
    afterAll(async () => {
      for (const one of made) await one.close();
    });

    /** An engine whose way to the database can be cut, with an account that has been used. */
    async function started() {
      const own = await database.open();
      made.push(own);
      const way = await openProxy(own.url ?? "");
      const clock = manualClock();
      const bank = await startBank(store(way.url), { clock });
      const { id, client } = await bank.opened();
      const dispose = async () => {
        way.open();
        way.stallNew(false);
        await passing(clock, bank.engine.stop());
        await way[Symbol.asyncDispose]();
      };
      return { way, clock, bank, id, client, [Symbol.asyncDispose]: dispose };
    }

    /** Lets thirty seconds pass, and asks something each second. */
    async function outage(bank: Bank, clock: ManualClock, ask: () => PromiseLike<unknown>): Promise<void> {
      const until = clock.now() + 30_000;
      while (clock.now() < until) {
        expect(await passing(clock, failureOf(ask()))).toMatchObject({ code: "unavailable", retryable: true });
        expect(bank.engine.health()).toMatchObject({ status: "degraded", store: { reachable: false } });
        clock.advance(1_000);
      }
    }

    test("that is gone for thirty seconds says so, and goes on when it is back: nothing is lost, nothing doubled", async () => {
      await using setting = await started();
      const { way, clock, bank, id, client } = setting;
      await bank.items.get(id).describeItem({ title: "Pen" });
      await client.creditAccount({ amountCents: 1n });
      way.close();

      await outage(bank, clock, () => client.creditAccount({ amountCents: 10n }, { commandId: "c" }));
      expect(await passing(clock, failureOf(bank.engine.state(account, id)))).toMatchObject({ code: "unavailable" });
      expect(await passing(clock, failureOf(bank.items.get(id).addStock({ quantity: 1 })))).toMatchObject({
        code: "unavailable",
      });
      way.open();

      const back = await passing(clock, client.creditAccount({ amountCents: 10n }, { commandId: "c" }));
      expect(back).toMatchObject({ revision: 3, state: { balanceCents: 11n }, repeated: false });
      expect(await passing(clock, bank.items.get(id).addStock({ quantity: 1 }))).toMatchObject({ revision: 2 });
      expect(await all(bank.engine.history(account, id))).toHaveLength(3);
      expect(bank.engine.health().status).toBe("up");
    }, 60_000);

    test.each([
      ["the question", "question"],
      ["the answer", "answer"],
    ] as const)("that does not get %s of a batch breaks it off, and finds out what became of it", async (_, what) => {
      await using setting = await started();
      const { way, clock, bank, id, client } = setting;
      const stalled = way.stallNext(what);
      const sent = client.creditAccount({ amountCents: 1n });
      await stalled;
      clock.advance(patience - 1);
      expect(bank.engine.health().commands.underWay).toBe(1);
      clock.advance(1);

      expect(await passing(clock, sent)).toMatchObject({ revision: 2, repeated: false });
      expect(await passing(clock, client.creditAccount({ amountCents: 1n }))).toMatchObject({ revision: 3 });
      const history = await passing(clock, all(bank.engine.history(account, id)));
      expect(history.map(({ revision }) => revision)).toEqual([1, 2, 3]);
      expect(bank.engine.health().status).toBe("up");
    });

    test("that does not get the answer to a read asks again on another connection", async () => {
      await using setting = await started();
      const { way, clock, bank, id } = setting;
      clock.advance(3 * 60_000);
      const stalled = way.stallNext("answer");
      const read = bank.engine.state(account, id);
      await stalled;
      clock.advance(patience);
      expect(await passing(clock, read)).toMatchObject({ revision: 1 });
    });

    test("that does not get the answer to a durable state fails, and finds out when it comes again", async () => {
      await using setting = await started();
      const { way, clock, bank, id } = setting;
      const item = bank.items.get(id);
      await item.describeItem({ title: "Pen" });
      const stalled = way.stallNext("answer");
      const sent = failureOf(item.addStock({ quantity: 1 }, { commandId: "c" }));
      await stalled;
      clock.advance(patience);
      expect(await passing(clock, sent)).toMatchObject({ code: "unavailable", retryable: true });

      expect(await passing(clock, item.addStock({ quantity: 1 }, { commandId: "c" }))).toMatchObject({ revision: 2 });
      expect(await passing(clock, bank.engine.state(inventoryItem, id))).toMatchObject({ state: { onHand: 1 } });
    });

    test("whose server takes connections and says nothing is told that it does not answer", async () => {
      await using setting = await started();
      const { way, clock, client } = setting;
      way.close();
      way.open();
      way.stallNew(true);
      const sent = failureOf(client.creditAccount({ amountCents: 1n }, { commandId: "c" }));
      await clock.armed((ms) => ms === patience);
      clock.advance(patience);
      clock.advance(patience);
      expect(await passing(clock, sent)).toMatchObject({ code: "unavailable", retryable: true });
      way.stallNew(false);
      way.close();
      way.open();

      expect(await passing(clock, client.creditAccount({ amountCents: 1n }, { commandId: "c" }))).toMatchObject({
        revision: 2,
      });
    });
  });
}
