import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { type FaultyStore, faultyStore } from "../testing/faulty-store.ts";
import { type Bank, failureOf, freshId, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";
import { type ManualClock, manualClock } from "./testdata/manual-clock.ts";

const minute = 60_000;
/** Until an entity with the default tuning has left, whenever its last command was. */
const long = 2.5 * minute + 1;

/** The ids of the entities that are read from now on. */
function loadsOf(store: FaultyStore): string[] {
  const ids: string[] = [];
  store.when(["events.load", "states.load"], { times: Infinity }).does(({ args: [, id] }, next) => {
    ids.push(id);
    return next();
  });
  return ids;
}

const activeOf = ({ engine }: Bank) => {
  const { active } = engine.health();
  return [active.get("account"), active.get("inventory_item")];
};

describe.each(journalCases)("an idle entity, on $name", ({ journal }) => {
  let journaled: Journal;
  let store: FaultyStore;
  let clock: ManualClock;
  let bank: Bank;
  let loads: string[];

  beforeAll(async () => {
    journaled = journal();
    store = faultyStore(journaled.store());
    clock = manualClock();
    // What waits for the store is to wait longer here than it takes to be idle.
    bank = await startBank(store, { clock, limits: { storeTimeoutMs: 10 * minute } });
    loads = loadsOf(store);
  });
  afterEach(() => {
    clock.advance(long);
    expect(activeOf(bank)).toEqual([0, 0]);
    loads.length = 0;
  });
  afterAll(async () => {
    await bank[Symbol.asyncDispose]();
    journaled[Symbol.dispose]();
  });

  test("leaves memory after two minutes, and the next command finds it as it was", async () => {
    const { id, client } = await bank.opened(5n);
    await bank.items.get(id).describeItem({ title: "Pen" });
    await bank.items.get(id).addStock({ quantity: 3 });
    clock.advance(2 * minute - 1);
    expect(activeOf(bank)).toEqual([1, 1]);
    clock.advance(0.5 * minute + 1);
    expect(activeOf(bank)).toEqual([0, 0]);
    loads.length = 0;

    expect(await client.creditAccount({ amountCents: 7n })).toMatchObject({
      revision: 3,
      state: { balanceCents: 12n },
    });
    expect(await bank.items.get(id).addStock({ quantity: 4 })).toMatchObject({ revision: 3, state: { onHand: 7 } });
    expect(loads).toEqual([id, id]);
  });

  test("stays as long as commands come", async () => {
    const { client } = await bank.opened();
    loads.length = 0;
    for (let i = 0; i < 10; i++) {
      clock.advance(1.5 * minute);
      await client.creditAccount({ amountCents: 1n });
    }
    expect(loads).toEqual([]);
  });

  test("carries out a command once that comes again after it left", async () => {
    const { client } = await bank.opened();
    const first = await client.creditAccount({ amountCents: 1n }, { commandId: "c" });
    clock.advance(long);

    const again = await client.creditAccount({ amountCents: 1n }, { commandId: "c" });

    expect(again).toMatchObject({ revision: first.revision, position: first.position, repeated: true });
  });

  test("does not leave while a handler runs, a batch is under way, or it is being read", async () => {
    const [running, storing, reading] = [await bank.opened(), await bank.opened(), freshId()];
    const gate = Promise.withResolvers<void>();
    bank.script(running.id, {
      commands: {
        async creditAccount({ amountCents }, { emit }) {
          await gate.promise;
          return emit.accountCredited({ amountCents });
        },
      },
    });
    const first = running.client.creditAccount({ amountCents: 1n });
    const appending = store.when("events.append").hangsBefore();
    const second = storing.client.creditAccount({ amountCents: 1n });
    const loading = store.when("events.load").hangsBefore();
    const third = bank.accounts.get(reading).openAccount({});
    await Promise.all([appending.reached, loading.reached]);
    clock.advance(long);
    expect(activeOf(bank)).toEqual([3, 0]);
    appending.release();
    loading.release();
    gate.resolve();

    expect((await Promise.all([first, second, third])).map(({ revision }) => revision)).toEqual([2, 2, 1]);
  });

  test("that was asked in vain does not stay at all", async () => {
    const ids = [freshId(), freshId(), freshId(), freshId()] as const;
    await failureOf(bank.accounts.get(ids[0]).creditAccount({ amountCents: 1n, accountId: "another" }));
    await failureOf(bank.accounts.get(ids[1]).creditAccount({ amountCents: 1n }));
    expect(await bank.engine.entityExists(account, ids[2])).toBe(false);
    expect(await bank.engine.entityExists(inventoryItem, ids[2])).toBe(false);
    store.when("events.load").failsBefore();
    await failureOf(bank.engine.state(account, ids[3]));

    expect(activeOf(bank)).toEqual([0, 0]);
  });

  test("is told to subscribers once, whatever was written while it was away", async () => {
    await using other = await startBank(journaled.store());
    const subscription = bank.engine.subscribe({ entities: [account] });
    const { id, client } = await bank.opened();
    clock.advance(long);
    await other.accounts.get(id).creditAccount({ amountCents: 1n });

    await client.creditAccount({ amountCents: 2n });
    clock.advance(long);
    await client.creditAccount({ amountCents: 3n });
    await client.closeAccount();

    const revisions: number[] = [];
    for await (const { revision, entityId } of subscription) {
      expect(entityId).toBe(id);
      revisions.push(revision);
      if (revision === 6) break;
    }
    // The second is the other engine's.
    expect(revisions).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("tells subscribers of what was stored though its caller was told that this is not known", async () => {
    const subscription = bank.engine.subscribe({ entities: [account] });
    const { client } = await bank.opened();
    store.when("events.append").failsAfter();
    await failureOf(client.creditAccount({ amountCents: 1n }));
    clock.advance(long);
    expect(activeOf(bank)).toEqual([0, 0]);

    await client.creditAccount({ amountCents: 2n });

    const revisions: number[] = [];
    for await (const { revision } of subscription) if (revisions.push(revision) === 3) break;
    expect(revisions).toEqual([1, 2, 3]);
  });
});

describe("entities in memory", () => {
  test("are no more than maxActive: those used least lately leave", async () => {
    const store = faultyStore(memoryStore());
    await using bank = await startBank(store, { limits: { maxActive: 3 }, tuning: { passivateAfter: "never" } });
    const [a, b, c, d] = [await bank.opened(), await bank.opened(), await bank.opened(), freshId()];
    await a.client.creditAccount({ amountCents: 1n });
    await bank.items.get(d).describeItem({ title: "Pen" });
    expect(activeOf(bank)).toEqual([2, 1]);
    const loads = loadsOf(store);

    for (const { client } of [a, c, b]) await client.creditAccount({ amountCents: 1n });

    expect(loads).toEqual([b.id]);
    expect(activeOf(bank)).toEqual([3, 0]);
  });

  test("stay beyond maxActive while they are at work, and leave when there is less to do", async () => {
    await using bank = await startBank(memoryStore(), { limits: { maxActive: 2 } });
    const gate = Promise.withResolvers<void>();
    const opened = await Promise.all(Array.from({ length: 5 }, () => bank.opened()));
    for (const { id } of opened) {
      bank.script(id, {
        commands: {
          async creditAccount({ amountCents }, { emit }) {
            await gate.promise;
            return emit.accountCredited({ amountCents });
          },
        },
      });
    }
    const sent = opened.map(({ client }) => client.creditAccount({ amountCents: 1n }));
    // Each entity is read before its handler runs.
    await new Promise((resolve) => setImmediate(resolve));
    expect(activeOf(bank)).toEqual([5, 0]);
    gate.resolve();
    expect((await Promise.all(sent)).map(({ revision }) => revision)).toEqual([2, 2, 2, 2, 2]);

    for (let i = 0; i < 5; i++) await bank.opened();
    expect(activeOf(bank)).toEqual([2, 0]);
  });

  test("stay until the engine stops if their tuning says so, and each kind has its own", async () => {
    const clock = manualClock();
    await using bank = await startBank(memoryStore(), { clock, tuning: { passivateAfter: "never" } });
    await bank.opened();
    clock.advance(100 * 60 * minute);
    expect(activeOf(bank)).toEqual([1, 0]);
    expect(clock.waiting).toEqual([]);
  });

  test("leave also where there are very many, some thousand in each turn of the event loop", async () => {
    const clock = manualClock();
    await using bank = await startBank(memoryStore(), { clock });
    const client = (i: number) => bank.accounts.get(`many-${i}`);
    const many = Array.from({ length: 25_000 }, (_, i) => i);
    await Promise.all(many.map((i) => client(i).openAccount({})));
    clock.advance(long);
    expect(activeOf(bank)).toEqual([15_000, 0]);
    await client(24_999).creditAccount({ amountCents: 1n });
    while (activeOf(bank)[0] !== 1) await new Promise((resolve) => setImmediate(resolve));
  });

  test.each([
    ["90s", 90_000],
    ["1.5h", 5_400_000],
    ["250ms", 250],
    [7_000, 7_000],
  ] as const)("leave after %s", async (passivateAfter, ms) => {
    const clock = manualClock();
    await using bank = await startBank(memoryStore(), { clock, tuning: { passivateAfter } });
    await bank.opened();
    clock.advance(ms);
    expect(activeOf(bank)).toEqual([1, 0]);
    clock.advance(ms / 4);
    expect(activeOf(bank)).toEqual([0, 0]);
    // Nothing is in memory: nothing is looked through.
    expect(clock.waiting).toEqual([]);
  });

  test.each([
    [{ passivateAfter: "soon" }, "passivateAfter"],
    [{ passivateAfter: "2 m" }, "passivateAfter"],
    [{ passivateAfter: 0 }, "passivateAfter"],
    [{ passivateAfter: "600h" }, "passivateAfter"],
    [{ passivateAfter: Number.NaN }, "passivateAfter"],
    [{ passivateAfter: null }, "passivateAfter"],
    [{ onFailure: "retry" }, "onFailure"],
  ])("are not started with the tuning %j", async (tuning, member) => {
    const failure = await failureOf(startBank(memoryStore(), { tuning: tuning as never }));
    expect(failure).toMatchObject({ code: "invalid_argument", details: { entity: "account", member } });
  });

  test.each([0, -1, "many", Number.NaN])("are not started with maxActive %s", async (maxActive) => {
    const failure = await failureOf(startBank(memoryStore(), { limits: { maxActive: maxActive as number } }));
    expect(failure).toMatchObject({ code: "invalid_argument", message: expect.stringContaining("maxActive") });
  });
});
