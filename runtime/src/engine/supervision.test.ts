import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import type { EgoError } from "../error/ego-error.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { type FaultyStore, faultyStore } from "../testing/faulty-store.ts";
import { type Bank, failureOf, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";
import { type ManualClock, manualClock } from "./testdata/manual-clock.ts";

/** Lets an account be read again, whose applier throws from now on. */
async function broken(bank: Bank, clock: ManualClock): Promise<string> {
  const { id, client } = await bank.opened(1n);
  clock.advance(3 * 60_000);
  bank.script(id, {
    events: {
      accountCredited() {
        throw new Error("no such currency");
      },
    },
  });
  expect(await failureOf(client.creditAccount({ amountCents: 1n }))).toMatchObject({ message: /no such currency/ });
  return id;
}

describe.each(journalCases)("an entity that cannot be read, on $name", ({ journal }) => {
  let journaled: Journal;
  let store: FaultyStore;
  let clock: ManualClock;
  let bank: Bank;
  let loads = 0;

  beforeAll(async () => {
    journaled = journal();
    store = faultyStore(journaled.store());
    clock = manualClock();
    bank = await startBank(store, { clock });
    store.when("events.load", { times: Infinity }).does((_, next) => {
      loads++;
      return next();
    });
  });
  afterAll(async () => {
    await bank[Symbol.asyncDispose]();
    journaled[Symbol.dispose]();
  });

  test("is tried again after a pause that doubles up to 30 seconds, and answers at once meanwhile", async () => {
    const id = await broken(bank, clock);
    const client = bank.accounts.get(id);
    const pauses: number[] = [];
    for (let attempt = 2; attempt <= 12; attempt++) {
      let paused = 0;
      loads = 0;
      const logged = bank.log.length;
      for (; loads === 0; paused += 100) {
        expect(bank.log.length).toBe(logged);
        clock.advance(100);
        expect(await failureOf(client.creditAccount({ amountCents: 1n }))).toMatchObject({ code: "handler_failed" });
      }
      pauses.push(paused);
    }
    expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);

    bank.script(id, {});
    clock.advance(30_000);
    expect(await client.creditAccount({ amountCents: 1n })).toMatchObject({ revision: 3, state: { balanceCents: 2n } });
    expect(bank.engine.health().failed.count).toBe(0);
  });

  test("is in the health of the engine, which is up, and others live on", async () => {
    const since = clock.now() + 3 * 60_000;
    const id = await broken(bank, clock);
    clock.advance(100);
    await failureOf(bank.engine.state(account, id));

    const { status, failed } = bank.engine.health();
    expect(status).toBe("up");
    expect(failed.count).toBe(1);
    expect(failed.entities).toEqual([
      {
        entity: "account",
        entityId: id,
        status: "failing",
        failure: expect.objectContaining({ code: "handler_failed" }),
        since: new Date(since),
        attempts: 2,
      },
    ]);
    expect((await (await bank.opened()).client.creditAccount({ amountCents: 1n })).revision).toBe(2);
    bank.script(id, {});
    bank.engine.restartEntity(account, id);
    expect((await bank.engine.state(account, id)).revision).toBe(2);
    expect(bank.engine.health().failed).toEqual({ count: 0, entities: [] });
  });

  test("is tried again also if the clock is set back", async () => {
    const id = await broken(bank, clock);
    bank.script(id, {});
    clock.setBack(3_600_000);
    expect((await bank.engine.state(account, id)).revision).toBe(2);
  });

  test("because the store fails is none that fails: the next command tries again at once", async () => {
    const { id } = await bank.opened();
    clock.advance(3 * 60_000);
    store.when("events.load").failsBefore(new Error("connection reset"));
    expect(await failureOf(bank.engine.state(account, id))).toMatchObject({ code: "unavailable" });
    expect(bank.engine.health().failed.count).toBe(0);
    expect((await bank.engine.state(account, id)).revision).toBe(1);
  });
});

describe.each(journalCases)('an entity that cannot be read, with onFailure "stop", on $name', ({ journal }) => {
  test("is stopped until it is restarted, or the engine is", async () => {
    using journaled = journal();
    const store = faultyStore(journaled.store());
    const clock = manualClock();
    const options = { clock, tuning: { onFailure: "stop" } as const };
    let id: string;
    {
      await using bank = await startBank(store, options);
      const { id: opened, client } = await bank.opened(1n);
      id = opened;
      clock.advance(3 * 60_000);
      bank.script(id, {
        events: {
          accountCredited() {
            throw new Error("no such currency");
          },
        },
      });
      const failures: EgoError[] = [];
      failures.push(await failureOf(client.creditAccount({ amountCents: 1n })));
      bank.script(id, {});
      const unread = store.when("events.load", { times: Infinity }).failsBefore(new Error("it is not to be read"));
      clock.advance(60 * 60_000);
      failures.push(await failureOf(client.creditAccount({ amountCents: 1n })));
      failures.push(await failureOf(bank.engine.state(account, id)));
      for (const failure of failures) {
        expect(failure).toMatchObject({
          code: "unavailable",
          message: expect.stringMatching(/restartEntity.*no such currency/),
          details: { entity: "account", entityId: id, reason: "handler_failed" },
        });
      }
      const { status, failed } = bank.engine.health();
      expect(status).toBe("up");
      expect(failed).toMatchObject({ count: 1, entities: [{ entityId: id, status: "stopped", attempts: 1 }] });
      unread.takeBack();
      expect((await bank.opened()).client).toBeDefined();

      bank.engine.restartEntity(account, id);
      expect(await client.creditAccount({ amountCents: 1n })).toMatchObject({ revision: 3 });
      expect(bank.engine.health().failed.count).toBe(0);
    }
    await using later = await startBank(journaled.store(), options);
    expect((await later.engine.state(account, id)).revision).toBe(3);
  });
});

describe("the health of an engine", () => {
  test("says what runs, what is in memory, and what was stored", async () => {
    const clock = manualClock();
    const bank = await startBank(memoryStore(), { clock, limits: { maxCommands: 7 } });
    clock.advance(5_000);
    const { id, client } = await bank.opened();
    await bank.items.get(id).describeItem({ title: "Pen" });
    const gate = Promise.withResolvers<void>();
    bank.script(id, {
      commands: {
        async creditAccount({ amountCents }, { emit }) {
          await gate.promise;
          return emit.accountCredited({ amountCents });
        },
      },
    });
    const sent = client.creditAccount({ amountCents: 1n });
    const lane = { queued: 0, hanging: false, failure: undefined, failingSince: undefined };

    expect(bank.engine.health()).toEqual({
      status: "up",
      startedAt: new Date(clock.now() - 5_000),
      uptimeMs: 5_000,
      commands: { underWay: 1, max: 7 },
      active: new Map([
        ["account", 1],
        ["inventory_item", 1],
      ]),
      failed: { count: 0, entities: [] },
      lanes: [
        { transactions: 1, entries: 1, ...lane },
        { transactions: 1, entries: 1, ...lane },
      ],
      projections: [],
      store: { name: "memory", reachable: true, failure: undefined, since: undefined },
    });
    const stopping = bank.engine.stop();
    expect(bank.engine.health().status).toBe("stopping");
    gate.resolve();
    await sent;
    await stopping;
    expect(bank.engine.health()).toMatchObject({ status: "stopped", commands: { underWay: 0 } });
  });

  test("is degraded while the store fails, and up again without a command when it answers", async () => {
    const store = faultyStore(memoryStore());
    const clock = manualClock();
    await using bank = await startBank({ ...store, name: "the bank's" }, { clock });
    store.when("events.load").failsBefore(new Error("connection reset"));
    await failureOf(bank.engine.state(account, "ann"));
    const since = new Date(clock.now());
    let probes = 0;
    let answered = Promise.withResolvers<void>();
    store.when("events.read", { times: Infinity }).does((_, next) => {
      probes++;
      answered.resolve();
      return next();
    });
    const failing = store.when("events.read", { times: Infinity }).failsBefore(new Error("connection reset"));
    clock.advance(9_000);

    for (let i = 0; i < 3; i++) {
      expect(bank.engine.health()).toMatchObject({
        status: "degraded",
        store: { name: "the bank's", reachable: false, failure: { message: /connection reset/ }, since },
      });
    }
    await answered.promise;
    // Each second one look, however often one asks.
    expect(probes).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    answered = Promise.withResolvers();
    failing.takeBack();
    clock.advance(1_000);
    bank.engine.health();
    await answered.promise;
    await new Promise((resolve) => setImmediate(resolve));

    expect(bank.engine.health()).toMatchObject({ status: "up", store: { reachable: true, failure: undefined } });
  });

  test("is degraded from the first transaction that fails to the next that does not", async () => {
    const store = faultyStore(memoryStore());
    const clock = manualClock();
    await using bank = await startBank(store, { clock });
    const { client } = await bank.opened();
    const failingSince = new Date(clock.now());
    for (let i = 0; i < 2; i++) {
      store.when("events.append").failsBefore(new Error("disk full"));
      await failureOf(client.creditAccount({ amountCents: 1n }));
      clock.advance(1_000);
    }
    expect(bank.engine.health()).toMatchObject({
      status: "degraded",
      lanes: [{ failure: { message: /disk full/ }, failingSince }, { failure: undefined }],
    });

    await client.creditAccount({ amountCents: 1n });
    expect(bank.engine.health().status).toBe("up");
  });
});
