import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import type { Append } from "../journal/event-store.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { type FaultyStore, faultyStore } from "../testing/faulty-store.ts";
import { all, type Bank, failureOf, freshId, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";
import { type ManualClock, manualClock } from "./testdata/manual-clock.ts";

const timeout = 30_000;
const overdue = {
  code: "unavailable",
  retryable: true,
  message: expect.stringContaining("has not answered for 30000"),
};

/** What a call answers. The lane goes on when the batch has ended: whoever comes first may still be too early. */
async function untilTaken<T>(send: () => PromiseLike<T>): Promise<T> {
  for (;;) {
    try {
      return await send();
    } catch (failure) {
      expect(failure).toMatchObject({ code: "unavailable" });
    }
  }
}

describe.each(journalCases)("a store that hangs, on $name", ({ journal }) => {
  let journaled: Journal;
  let store: FaultyStore;
  let clock: ManualClock;
  let bank: Bank;

  beforeAll(async () => {
    journaled = journal();
    store = faultyStore(journaled.store());
    clock = manualClock();
    bank = await startBank(store, { clock });
  });
  afterEach(() => store.heal());
  afterAll(async () => {
    await bank[Symbol.asyncDispose]();
    journaled[Symbol.dispose]();
  });

  test.each([
    ["before it stored the batch, and then stores it", "hangsBefore", undefined, true],
    ["after it stored the batch, and then says so", "hangsAfter", undefined, true],
    ["before it stored the batch, and then fails", "hangsBefore", new Error("connection reset"), false],
    ["after it stored the batch, and then fails", "hangsAfter", new Error("connection reset"), true],
  ] as const)("%s: a retry of each command takes effect once", async (_, hangs, end, stored) => {
    const { id, client } = await bank.opened();
    const { id: otherId, client: other } = await bank.opened();
    const hang = store.when("events.append")[hangs]();
    const send = (i: number) => client.creditAccount({ amountCents: 2n ** BigInt(i) }, { commandId: `c-${i}` });
    const first = failureOf(send(0));
    await hang.reached;
    const second = failureOf(send(1));
    const third = failureOf(other.creditAccount({ amountCents: 1n }, { commandId: "o" }));
    const batches = store.callsOf("events.append").length;

    clock.advance(timeout - 1);
    expect(bank.engine.health()).toMatchObject({ status: "up", commands: { underWay: 3 } });
    clock.advance(1);

    for (const failure of [await first, await second, await third]) expect(failure).toMatchObject(overdue);
    expect(bank.engine.health()).toMatchObject({
      status: "degraded",
      lanes: [{ hanging: true, queued: 0, failure: overdue, failingSince: new Date(clock.now()) }, {}],
    });
    // Nothing else is given to the store before the batch has ended, whose entities may still change.
    expect(await failureOf(send(2))).toMatchObject(overdue);
    expect(await failureOf(other.creditAccount({ amountCents: 1n }))).toMatchObject(overdue);
    expect(store.callsOf("events.append").length).toBe(batches);

    hang.release(end);
    const replies = [await untilTaken(() => send(0)), await untilTaken(() => send(1)), await untilTaken(() => send(2))];
    await untilTaken(() => other.creditAccount({ amountCents: 1n }, { commandId: "o" }));

    expect(replies.map(({ repeated }) => repeated)).toEqual([stored, false, false]);
    expect(replies.map(({ revision }) => revision)).toEqual([2, 3, 4]);
    expect(await bank.engine.state(account, id)).toMatchObject({ revision: 4, state: { balanceCents: 7n } });
    expect(await bank.engine.state(account, otherId)).toMatchObject({ revision: 2, state: { balanceCents: 1n } });
    const history = await all(bank.engine.history(account, id));
    expect(history.slice(1).map(({ commandId }) => commandId)).toEqual(["c-0", "c-1", "c-2"]);
    expect(bank.engine.health().status).toBe("up");
  });

  test("and may still store a command does not have it refused meanwhile, when its caller asks what became of it", async () => {
    const id = freshId();
    const client = bank.engine.entity(account).get(id);
    const hang = store.when("events.append").hangsBefore();
    const open = failureOf(client.openAccount({ ownerEmail: "ann@example.org" }, { commandId: "open" }));
    await hang.reached;
    const credit = failureOf(client.creditAccount({ amountCents: 1n }, { commandId: "credit" }));
    clock.advance(timeout);
    for (const failure of [await open, await credit]) expect(failure).toMatchObject(overdue);

    // What is stored now says that there is no such account.
    const asked = await failureOf(client.creditAccount({ amountCents: 1n }, { commandId: "open" }));
    const read = await failureOf(bank.engine.state(account, id));
    const other = await bank.engine.state(account, freshId());
    hang.release();

    expect(asked).toMatchObject(overdue);
    expect(read).toMatchObject(overdue);
    expect(other).toMatchObject({ revision: 0 });
  });

  test("while it saves durable states fails them, and the next find out what is stored", async () => {
    const id = freshId();
    const item = bank.items.get(id);
    await item.describeItem({ title: "Pen" });
    const hang = store.when("states.save").hangsAfter();
    const sent = failureOf(item.addStock({ quantity: 1 }, { commandId: "c" }));
    await hang.reached;
    clock.advance(timeout);
    expect(await sent).toMatchObject(overdue);
    hang.release();

    const again = await untilTaken(() => item.addStock({ quantity: 1 }, { commandId: "c" }));
    expect(again).toMatchObject({ revision: 2, repeated: true });
    expect(await bank.engine.state(inventoryItem, id)).toMatchObject({ revision: 2, state: { onHand: 1 } });
  });

  test("while it reads an entity fails those who wait, and the next command reads again", async () => {
    const { id, client } = await bank.opened();
    clock.advance(3 * 60_000);
    const hang = store.when("events.load").hangsBefore();
    const sent = [failureOf(client.creditAccount({ amountCents: 1n })), failureOf(bank.engine.state(account, id))];
    await hang.reached;
    clock.advance(timeout);
    for (const failure of sent) expect(await failure).toMatchObject(overdue);
    expect(bank.engine.health()).toMatchObject({ status: "degraded", store: { reachable: false, failure: overdue } });

    expect((await client.creditAccount({ amountCents: 1n })).revision).toBe(2);
    hang.release();
    expect((await client.creditAccount({ amountCents: 1n })).revision).toBe(3);
    expect(bank.engine.health().status).toBe("up");
  });

  test("while it reads the command ids of an entity fails the command, which may come again", async () => {
    const id = freshId();
    const item = bank.items.get(id);
    await item.describeItem({ title: "Pen" });
    const hang = store.when("states.receipts").hangsBefore();
    const sent = failureOf(item.addStock({ quantity: 1 }, { commandId: "c" }));
    await hang.reached;
    clock.advance(timeout);
    expect(await sent).toMatchObject(overdue);
    hang.release();

    expect(await item.addStock({ quantity: 1 }, { commandId: "c" })).toMatchObject({ revision: 2, repeated: false });
  });
});

describe("an engine whose store hangs for ever", () => {
  test("stops all the same, and says that it is not known what was stored", async () => {
    const store = faultyStore(memoryStore());
    const clock = manualClock();
    const bank = await startBank(store, { clock, limits: { storeTimeoutMs: 5_000 } });
    const { client } = await bank.opened();
    const hang = store.when("events.append").hangsBefore();
    const sent = failureOf(client.creditAccount({ amountCents: 1n }));
    await hang.reached;
    const stopping = failureOf(bank.engine.stop());
    clock.advance(5_000);

    expect((await sent).code).toBe("unavailable");
    const failure = await stopping;
    expect(failure).toMatchObject({ code: "unavailable", message: expect.stringContaining("had not answered") });
    expect(store.callsOf("close")).toHaveLength(1);
    expect(bank.log.at(-1)?.message).toBe(failure.message);
    expect(bank.engine.health().status).toBe("stopped");
  });

  test("stops also if the store cannot be closed", async () => {
    const store = faultyStore(memoryStore());
    const clock = manualClock();
    const closing = store.when("close").hangsBefore();
    const bank = await startBank(store, { clock });
    await bank.opened();
    const stopping = failureOf(bank.engine.stop());
    await closing.reached;
    clock.advance(timeout);

    expect(await stopping).toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/did not close its store.*30000/),
    });
  });

  test("does not tell anybody twice, whoever gave up before", async () => {
    const store = faultyStore(memoryStore());
    const clock = manualClock();
    await using bank = await startBank(store, { clock });
    const { client } = await bank.opened();
    const hang = store.when("events.append").hangsBefore();
    const sent = failureOf(client.creditAccount({ amountCents: 1n }, { timeoutMs: 1_000 }));
    await hang.reached;
    clock.advance(1_000);
    expect((await sent).code).toBe("deadline_exceeded");
    clock.advance(timeout);
    hang.release();
    expect((await untilTaken(() => client.creditAccount({ amountCents: 1n }))).revision).toBe(3);
  });
});

test("a store that fails, and stores the batch afterwards: what stores nothing is answered from what it has by then", async () => {
  const store = memoryStore();
  const append = store.events.append.bind(store.events);
  const late: (() => Promise<unknown>)[] = [];
  let fails = false;
  Object.assign(store.events, {
    append(batch: readonly Append[]) {
      if (!fails) return append(batch);
      late.push(() => append(batch));
      return Promise.reject(new Error("connection reset"));
    },
  });
  await using bank = await startBank(store);
  const { id, client } = await bank.opened();
  fails = true;
  expect(await failureOf(client.creditAccount({ amountCents: 5n }))).toMatchObject({ code: "unavailable" });
  expect(await bank.engine.state(account, id)).toMatchObject({ revision: 1, state: { balanceCents: 0n } });
  fails = false;
  for (const land of late) await land();

  expect(await bank.engine.state(account, id)).toMatchObject({ revision: 2, state: { balanceCents: 5n } });
  const rejected = await client.debitAccount({ amountCents: 7n }).outcome();
  expect(rejected).toMatchObject({ case: "insufficientFunds", rejection: { missingCents: 2n } });
  expect(await client.debitAccount({ amountCents: 5n })).toMatchObject({ revision: 3, state: { balanceCents: 0n } });
});

describe("snapshots in a store that hangs", () => {
  const tuning = { snapshotEvery: 2 };

  test("do not keep the engine from stopping: the one that is under way is given up, and logged", async () => {
    const store = faultyStore(memoryStore());
    const clock = manualClock();
    const bank = await startBank(store, { clock }, new Map(), tuning);
    const saving = store.when("snapshots.save").hangsBefore();
    const { client } = await bank.opened(1n);
    await saving.reached;
    expect(await client.creditAccount({ amountCents: 1n })).toMatchObject({ revision: 3 });

    const stopping = bank.engine.stop();
    clock.advance(timeout);
    await stopping;

    expect(bank.log).toMatchObject([
      { message: expect.stringContaining("No snapshot"), facts: { code: "unavailable" } },
    ]);
  });

  test("do not keep an entity from being read: after a while its events do", async () => {
    const memory = memoryStore();
    const first = await startBank(memory, {}, new Map(), tuning);
    const { id } = await first.opened(5n);
    await first.engine.stop();
    const store = faultyStore(memory);
    const clock = manualClock();
    await using bank = await startBank(store, { clock }, new Map(), tuning);
    const loading = store.when("snapshots.load").hangsBefore();

    const state = bank.engine.state(account, id);
    await loading.reached;
    clock.advance(timeout);

    expect(await state).toMatchObject({ revision: 2, state: { balanceCents: 5n } });
    expect(bank.log).toMatchObject([{ message: expect.stringContaining("has not answered for 30000") }]);
  });
});
