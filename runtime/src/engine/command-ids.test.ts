import { setImmediate as turnOfTheLoop } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { faultyStore } from "../testing/faulty-store.ts";
import { type Bank, failureOf, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";

describe.each(journalCases)("a command id, on $name,", ({ journal }) => {
  let journaled: Journal;
  let bank: Bank;

  beforeAll(async () => {
    journaled = journal();
    bank = await startBank(journaled.store());
  });
  afterAll(async () => {
    await bank[Symbol.asyncDispose]();
    journaled[Symbol.dispose]();
  });

  test("that comes again, of a durable state, answers the first revision, in the same process and after a restart", async () => {
    const id = bank.fresh();
    const item = bank.items.get(id);
    await item.describeItem({ title: "Pen" });
    const first = await item.addStock({ quantity: 4 }, { commandId: "c" });

    const again = await item.addStock({ quantity: 4 }, { commandId: "c" });
    await using second = await startBank(journaled.store());
    const restarted = await second.items.get(id).addStock({ quantity: 4 }, { commandId: "c" });

    expect(again).toEqual({ ...first, repeated: true });
    expect(restarted).toEqual({ ...first, repeated: true });
    const other = await failureOf(second.items.get(id).addStock({ quantity: 5 }, { commandId: "c" }));
    expect(other.code).toBe("invalid_argument");
    expect(await second.engine.state(inventoryItem, id)).toMatchObject({ revision: 2, state: { onHand: 4 } });
  });

  test("that comes again, of a durable state that was removed meanwhile takes no effect", async () => {
    const id = bank.fresh();
    const item = bank.items.get(id);
    await item.describeItem({ title: "Pen" }, { commandId: "c" });
    await item.discontinueItem();

    const again = await item.describeItem({ title: "Pen" }, { commandId: "c" });

    expect(again).toMatchObject({ repeated: true, revision: 1 });
    expect((await bank.engine.state(inventoryItem, id)).revision).toBe(2);
  });

  test.each([
    ["empty", ""],
    ["of 256 characters", "c".repeat(256)],
    ["with a NUL", "a\0b"],
    ["with half of a surrogate pair", "a\ud800"],
  ])("that is %s is refused", async (_, commandId) => {
    const { client } = await bank.opened();

    expect((await failureOf(client.creditAccount({}, { commandId }))).code).toBe("invalid_argument");
  });

  test("of a command that cannot be encoded is refused, and the entity lives on", async () => {
    const { id, client } = await bank.opened();

    const failure = await failureOf(client.creditAccount({ amountCents: 2n ** 64n }, { commandId: "c" }));

    expect(failure.code).toBe("invalid_argument");
    expect(await client.creditAccount({ amountCents: 1n }, { timeoutMs: 5_000 })).toMatchObject({ revision: 2 });
    expect(await bank.engine.state(account, id)).toMatchObject({ revision: 2 });
  });
});

describe("a lookup of command ids", () => {
  test("that fails fails its command alone, and the next one looks again", async () => {
    const store = faultyStore(memoryStore());
    await using bank = await startBank(store);
    const { client } = await bank.opened();
    store.when("events.load").failsBefore(new Error("no connection"));

    const failure = await failureOf(client.creditAccount({ amountCents: 1n }, { commandId: "c" }));

    expect(failure).toMatchObject({ code: "unavailable", retryable: true });
    expect(await client.creditAccount({ amountCents: 1n }, { commandId: "c" })).toMatchObject({ repeated: false });
  });

  test("sees also what was stored while it was under way", async () => {
    const store = faultyStore(memoryStore());
    await using bank = await startBank(store);
    const { id, client } = await bank.opened();
    const stream = bank.engine.subscribe();
    const controller = new AbortController();
    const anonymous = failureOf(client.creditAccount({ amountCents: 5n }, { signal: controller.signal }));
    // The window is read before the credit is in the journal, and comes when it is.
    store.when("events.load").does(async (_, next) => {
      const page = await next();
      await stream.next();
      return page;
    });
    const other = client.creditAccount({ amountCents: 1n }, { commandId: "other" });
    controller.abort();
    const { commandId } = (await anonymous).details;
    await other;

    const again = await client.creditAccount({ amountCents: 5n }, { commandId: String(commandId) });

    expect(again).toMatchObject({ repeated: true, revision: 2 });
    expect(await bank.engine.state(account, id)).toMatchObject({ revision: 3 });
  });

  test("of a durable state that another engine changed since the state was read reads the state again", async () => {
    const inner = memoryStore();
    const store = faultyStore(inner);
    await using one = await startBank(store);
    await using two = await startBank(inner);
    const id = one.fresh();
    const reading = store.when("states.load").hangsAfter();

    const sent = one.items.get(id).describeItem({ title: "Pen" }, { commandId: "c" });
    await reading.reached;
    await two.items.get(id).describeItem({ title: "Pen" }, { commandId: "c" });
    reading.release();

    expect(await sent).toMatchObject({ repeated: true, revision: 1, state: { title: "Pen" } });
    expect(await one.engine.state(inventoryItem, id)).toMatchObject({ revision: 1, state: { title: "Pen" } });
  });

  test("of a durable state that another engine changed while a change is in flight decides all of it again", async () => {
    const inner = memoryStore();
    const store = faultyStore(inner);
    await using one = await startBank(store);
    await using two = await startBank(inner);
    const id = one.fresh();
    await one.engine.state(inventoryItem, id);
    const saving = store.when("states.save").hangsBefore();

    const first = one.items.get(id).describeItem({ title: "Cap" });
    await saving.reached;
    await two.items.get(id).describeItem({ title: "Ink" });
    await two.items.get(id).describeItem({ title: "Pen" }, { commandId: "c" });
    const second = one.items.get(id).describeItem({ title: "Pen" }, { commandId: "c" });
    // The command ids are read before the change is refused.
    await turnOfTheLoop();
    saving.release();

    expect(await first).toMatchObject({ repeated: false, revision: 3, state: { title: "Cap" } });
    expect(await second).toMatchObject({ repeated: true, revision: 2, state: { title: "Cap" } });
  });
});
