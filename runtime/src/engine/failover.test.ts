import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { balancesProjection } from "../../../examples/bank/src/balances.ts";
import { account, balances } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { postgres } from "../../../test/servers/postgres.ts";
import { type RestorablePostgres, restorablePostgres } from "../../../test/servers/server/restorable-postgres.ts";
import type { Append } from "../journal/event-store.ts";
import { shardOf } from "../journal/hash.ts";
import { noHost, type StoreHost } from "../journal/store-host.ts";
import { projection } from "../projection/projection.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { postgresStore } from "../stores/sql/postgres.ts";
import { type FaultyStore, faultyStore } from "../testing/faulty-store.ts";
import { all, type Bank, failureOf, freshId, startBank } from "./testdata/bank.ts";

// A server of one's own is started and stopped here, so one elsewhere will not do.
const skipped = postgres.skipped ?? (process.env.EGO_TEST_POSTGRES_URL ? "EGO_TEST_POSTGRES_URL is set" : undefined);

const title = `an engine whose Postgres comes back as it was before${skipped ? ` [${skipped}]` : ""}`;

describe.skipIf(skipped !== undefined)(title, () => {
  let server: RestorablePostgres;
  beforeAll(async () => {
    server = await restorablePostgres();
    await using before = await startBank(storeIn("first"));
    await before.accounts.get("ann").openAccount({ openingCents: 5n });
    await before.engine.stop();
    await server.save();
  }, 60_000);
  afterAll(() => server[Symbol.asyncDispose]());

  const storeIn = (schema: string) => postgresStore({ connectionString: server.url, schema, reconnectMs: 60_000 });

  test("answers from what is stored, not from what is gone", async () => {
    await using bank = await startBank(storeIn("first"));
    const [ann, bob] = [bank.accounts.get("ann"), bank.accounts.get("bob")];
    await bank.items.get("pen").describeItem({ title: "Pen" });
    await bob.openAccount({ openingCents: 100n });
    await bob.closeAccount();
    expect(await ann.creditAccount({ amountCents: 10n }, { commandId: "lost" })).toMatchObject({ revision: 3 });
    expect(bank.engine.health().active).toEqual(new Map(Object.entries({ account: 2, inventory_item: 1 })));

    await server.restore();

    expect(await bank.engine.state(account, "ann")).toMatchObject({ revision: 2, state: { balanceCents: 5n } });
    expect(await bank.engine.entityExists(account, "bob")).toBe(false);
    expect(await bank.engine.entityExists(inventoryItem, "pen")).toBe(false);
    expect(bank.log.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/is another server.*lost commits/),
    );
    // Its id is not known here.
    const again = await ann.creditAccount({ amountCents: 10n }, { commandId: "lost" });
    expect(again).toMatchObject({ revision: 3, repeated: false, state: { balanceCents: 15n } });
    // Names that are not in this journal are stored again, under other numbers.
    await ann.closeAccount();
    await bank.items.get("pen").describeItem({ title: "Pencil" });

    await using later = await startBank(storeIn("first"));
    expect((await all(later.engine.history(account, "ann"))).map(({ name }) => name)).toEqual([
      "accountOpened",
      "accountCredited",
      "accountCredited",
      "accountDebited",
      "accountClosed",
    ]);
    expect(await later.engine.state(inventoryItem, "pen")).toMatchObject({ revision: 1, state: { title: "Pencil" } });
  }, 60_000);

  test("projects what is stored, and nothing of what is gone", async () => {
    const started = () => startBank(storeIn("projected"), { projections: [balances.implement(balancesProjection)] });
    const caughtUp = async ({ engine }: Bank) => {
      await using stream = engine.subscribe({ from: "now" });
      await engine.projection(balances).caughtUpTo(await stream.positions(), { timeoutMs: 30_000 });
    };
    const rows = async () => {
      const client = new Client({ connectionString: server.url });
      await client.connect();
      const { rows: found } = await client.query("select account_id, balance_cents from projected.balances order by 1");
      await client.end();
      return Object.fromEntries(found.map((row) => [row.account_id, Number(row.balance_cents)]));
    };
    await server.restore();
    {
      await using before = await started();
      await before.accounts.get("ann").openAccount({ openingCents: 5n });
      await caughtUp(before);
    }
    await server.save();

    await using bank = await started();
    const [ann, bob] = [bank.accounts.get("ann"), bank.accounts.get("bob")];
    await Promise.all([ann.creditAccount({ amountCents: 10n }), bob.openAccount({ openingCents: 100n })]);
    await caughtUp(bank);
    expect(await rows()).toEqual({ ann: 15, bob: 100 });

    await server.restore();

    // Both are at the places in the journal of what is gone.
    await ann.creditAccount({ amountCents: 1n });
    await bob.openAccount({ openingCents: 7n });
    await caughtUp(bank);
    expect(await rows()).toEqual({ ann: 6, bob: 7 });
    expect(await bank.engine.projection(balances).status()).toMatchObject({ status: "running", lag: { events: 0 } });

    // Also where the projection itself is gone.
    await bank.engine.addProjection(
      projection<typeof account>({ name: "later", entities: [account], handle: async () => {} }),
    );
    await server.restore();
    await ann.creditAccount({ amountCents: 2n });
    await caughtUp(bank);
    expect(await rows()).toEqual({ ann: 7 });
    const found = await bank.engine.projections();
    expect(found.map(({ name, status }) => [name, status])).toEqual([
      ["balances", "running"],
      ["later", "running"],
    ]);
  }, 90_000);

  test("decides again what was under way, and stores it once", async () => {
    await server.restore();
    await using bank = await startBank(storeIn("first"));
    const ann = bank.accounts.get("ann");
    await ann.creditAccount({ amountCents: 10n });
    const balances: bigint[] = [];
    const gate = Promise.withResolvers<void>();
    bank.script("ann", {
      commands: {
        async debitAccount({ amountCents }, { state, emit }) {
          balances.push(state.balanceCents);
          await gate.promise;
          return emit.accountDebited({ amountCents });
        },
      },
    });
    const sent = ann.debitAccount({ amountCents: 5n });

    await server.restore();
    gate.resolve();

    // Fifteen were there when it was first decided.
    expect(await sent).toMatchObject({ revision: 3, state: { balanceCents: 0n } });
    expect(balances).toEqual([15n, 5n]);
    expect(await all(bank.engine.history(account, "ann"))).toHaveLength(3);
  }, 60_000);

  test("does not store what follows from what is gone, though the revision is the same again", async () => {
    await server.restore();
    const [store, other] = [storeIn("first"), storeIn("first")];
    const shard = shardOf("account", "ann", 256);
    const credit = (expectedRevision: number, commandId: string): Append => ({
      entityType: "account",
      entityId: "ann",
      shard,
      expectedRevision,
      events: [{ type: "bank.v1.AccountCredited", payload: new Uint8Array(0) }],
      metadata: new Uint8Array(0),
      commandId,
      recordedAt: 1,
    });
    const failovers: string[] = [];
    await store.open?.([], { ...noHost, failedOver: (what) => failovers.push(what) });
    expect(await store.events.append([credit(2, "gone")])).toMatchObject([{ stored: true }]);

    await server.restore();
    await other.open?.([]);
    expect(await other.events.append([credit(2, "another")])).toMatchObject([{ stored: true }]);

    // Decided on the third revision that is gone.
    expect(await store.events.append([credit(3, "follows"), credit(4, "as well")])).toEqual([
      { stored: false, head: 3 },
      { stored: false, head: 3 },
    ]);
    expect(failovers).toHaveLength(1);
    expect(await store.events.append([credit(3, "again")])).toMatchObject([{ stored: true }]);
    expect((await store.events.load("account", "ann")).map(({ commandId }) => commandId).slice(-2)).toEqual([
      "another",
      "again",
    ]);
    await store.close?.();
    await other.close?.();
  }, 60_000);

  test("goes on after a restart that lost nothing", async () => {
    await server.restore();
    await using bank = await startBank(storeIn("first"));
    const ann = bank.accounts.get("ann");
    await ann.creditAccount({ amountCents: 10n }, { commandId: "kept" });

    await server.restart();

    expect(await ann.creditAccount({ amountCents: 10n }, { commandId: "kept" })).toMatchObject({
      revision: 3,
      repeated: true,
    });
    expect(await bank.engine.state(account, "ann")).toMatchObject({ revision: 3, state: { balanceCents: 15n } });
    expect(await ann.closeAccount()).toMatchObject({ revision: 5 });
  }, 60_000);
});

describe("an engine that is told of a failover", () => {
  /** A store whose engine is told what the test wants. */
  function toldStore(): { readonly store: FaultyStore; readonly host: () => StoreHost } {
    const store = faultyStore(memoryStore());
    let host: StoreHost | undefined;
    store.when("open").does(({ args: [, given] }) => {
      host = given;
    });
    return { store, host: () => host as StoreHost };
  }

  test("reads everything again", async () => {
    const { store, host } = toldStore();
    await using bank = await startBank(store);
    const opened = await Promise.all([bank.opened(1n), bank.opened(2n)]);
    const before = store.callsOf("events.load").length;
    host().failedOver("The server is another one");
    expect(bank.engine.health().active.get("account")).toBe(0);

    for (const { id } of opened) await bank.engine.state(account, id);

    const loads = store.callsOf("events.load").slice(before);
    expect(loads.map(({ args: [, id] }) => id)).toEqual(opened.map(({ id }) => id));
    expect(bank.log.at(-1)?.message).toContain("The server is another one");
  });

  test("does not decide on what it was reading", async () => {
    const { store, host } = toldStore();
    await using bank = await startBank(store);
    const { id, client } = await bank.opened();
    host().failedOver("one");
    let loads = 0;
    store.when("events.load", { times: Number.POSITIVE_INFINITY }).does((_, next) => {
      if (++loads === 1) host().failedOver("two");
      return next();
    });
    expect((await client.creditAccount({ amountCents: 1n })).revision).toBe(2);
    expect(loads).toBe(2);
    expect((await bank.engine.state(account, id)).revision).toBe(2);
  });

  test("does not take what it read in part from each of two servers for damage", async () => {
    const { store, host } = toldStore();
    await using bank = await startBank(store, { tuning: { onFailure: "stop" } });
    const { id, client } = await bank.opened(1n);
    host().failedOver("one");
    store.when("events.load").does(async (_, next) => {
      const page = await next();
      host().failedOver("two");
      return page.slice(1);
    });
    expect((await client.creditAccount({ amountCents: 1n })).revision).toBe(3);
    expect(bank.engine.health().failed.count).toBe(0);
    expect(bank.log.filter(({ facts }) => facts.entityId === id)).toEqual([]);
  });

  test("takes back what the store was not given, and decides it again in its order", async () => {
    const { store, host } = toldStore();
    await using bank = await startBank(store);
    const { id, client } = await bank.opened();
    const storing = store.when("events.append").hangsBefore();
    const decided: bigint[] = [];
    bank.script(id, {
      commands: {
        creditAccount({ amountCents }, { emit }) {
          decided.push(amountCents);
          return emit.accountCredited({ amountCents });
        },
      },
    });
    const first = client.creditAccount({ amountCents: 1n });
    await storing.reached;
    const others = [2n, 4n].map((amountCents) => client.creditAccount({ amountCents }));
    const rejected = client.debitAccount({ amountCents: 100n }).outcome();
    const state = bank.engine.state(account, id);

    host().failedOver("The server is another one");
    storing.release();

    expect(await first).toMatchObject({ revision: 2 });
    expect((await Promise.all(others)).map(({ revision }) => revision)).toEqual([3, 4]);
    expect(await rejected).toMatchObject({ case: "insufficientFunds", rejection: { missingCents: 93n } });
    expect(await state).toMatchObject({ revision: 4, state: { balanceCents: 7n } });
    expect(decided.filter((cents) => cents === 1n)).toEqual([1n]);
    const history = await all(bank.engine.history(account, id));
    expect(history.map(({ revision }) => revision)).toEqual([1, 2, 3, 4]);
  });

  test("tells subscribers once what was stored meanwhile, though it is read before it is answered", async () => {
    const { store, host } = toldStore();
    await using bank = await startBank(store);
    const { client } = await bank.opened();
    await using subscription = bank.engine.subscribe({ entities: [account] });
    const storing = store.when("events.append").hangsAfter();
    const first = client.creditAccount({ amountCents: 1n });
    await storing.reached;

    host().failedOver("The server is another one");
    const second = client.creditAccount({ amountCents: 2n });
    // As long as it takes to read an entity.
    await bank.engine.entityExists(account, freshId());
    storing.release();

    expect([(await first).revision, (await second).revision]).toEqual([2, 3]);
    const told = [await subscription.next(), await subscription.next()];
    expect(told.map(({ value }) => value.revision)).toEqual([2, 3]);
  });

  test("asks a store that lost its server before it answers from memory", async () => {
    const inner = faultyStore(memoryStore());
    let disconnected = false;
    let host: StoreHost | undefined;
    let checked = 0;
    await using bank = await startBank({
      ...(inner.states && { states: inner.states }),
      get disconnected() {
        return disconnected;
      },
      async open(_, given) {
        host = given;
      },
      events: {
        ...inner.events,
        async heads(entities) {
          checked++;
          disconnected = false;
          host?.failedOver("The server is another one");
          // As if somebody else had written one where the last one was lost.
          return entities.map(() => 1);
        },
      },
    });
    const { id } = await bank.opened();
    expect((await bank.engine.state(account, id)).revision).toBe(1);
    expect(checked).toBe(0);
    inner.when("events.load", { times: Number.POSITIVE_INFINITY }).does(async () => []);
    disconnected = true;

    expect((await bank.engine.state(account, id)).revision).toBe(0);
    expect((await failureOf(bank.accounts.get(id).creditAccount({ amountCents: 1n }))).code).toBe("not_found");
    expect(checked).toBe(1);
  });
});
