// Defects of eGo for Go that an event-sourcing runtime can have; each is a test of its own here, by its name.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { type FaultyStore, faultyStore } from "../testing/faulty-store.ts";
import { all, type Bank, failureOf, freshId, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";

describe.each(journalCases)("on $name", ({ journal }) => {
  let journaled: Journal;
  let store: FaultyStore;
  let bank: Bank;

  beforeAll(async () => {
    journaled = journal();
    store = faultyStore(journaled.store());
    bank = await startBank(store);
  });
  afterAll(async () => {
    await bank[Symbol.asyncDispose]();
    journaled[Symbol.dispose]();
  });
  afterEach(() => store.heal());

  test("a reply is not given to the wrong caller when a flush and a new command cross", async () => {
    const { client } = await bank.opened();
    // While each batch is on its way back, the next commands come.
    const sent: { readonly amount: bigint; readonly reply: ReturnType<typeof client.creditAccount> }[] = [];
    const send = () => {
      const amount = BigInt(sent.length + 1);
      sent.push({
        amount,
        reply: client.creditAccount({ amountCents: amount }, { metadata: { amount: `${amount}` } }),
      });
    };
    store.when("events.append", { times: 20 }).does(async (_, next) => {
      const results = await next();
      for (let i = 0; i < 3; i++) send();
      queueMicrotask(send);
      return results;
    });
    send();

    const replies: { readonly amount: bigint; readonly revision: number; readonly balance: bigint }[] = [];
    for (const { amount, reply } of sent) {
      const { revision, state } = await reply;
      replies.push({ amount, revision, balance: state.balanceCents });
    }

    expect(replies).toHaveLength(81);
    let balance = 0n;
    for (const [i, reply] of replies.entries()) {
      balance += reply.amount;
      expect(reply).toEqual({ amount: BigInt(i + 1), revision: i + 2, balance });
    }
  });

  test("no rejection is told that was computed on a state which was never stored", async () => {
    const { client } = await bank.opened(100n);
    store.when("events.append").failsBefore();

    const [debited, rejected] = await Promise.all([
      failureOf(client.debitAccount({ amountCents: 100n })),
      failureOf(client.debitAccount({ amountCents: 1n }).outcome()),
    ]);

    expect([debited.code, rejected.code]).toEqual(["unavailable", "unavailable"]);
    // It was never true that there was nothing left.
    expect(await client.debitAccount({ amountCents: 1n }).outcome()).toMatchObject({ case: "accepted", revision: 3 });
  });

  test("of two writers of one entity the second is not dropped silently with success", async () => {
    await using second = await startBank(journaled.store());
    const { id, client } = await bank.opened();
    await second.engine.state(account, id);

    const replies = await Promise.all([
      client.creditAccount({ amountCents: 1n }),
      second.accounts.get(id).creditAccount({ amountCents: 10n }),
    ]);

    expect(replies.map((reply) => reply.revision).sort()).toEqual([2, 3]);
    const amounts = (await all(second.engine.history(account, id))).flatMap((one) =>
      one.name === "accountCredited" ? [one.event.amountCents] : [],
    );
    expect(amounts.sort()).toEqual([1n, 10n]);
  });

  test("a handler that changes the state and then throws has changed nothing", async () => {
    const { id, client } = await bank.opened(5n);
    const sku = freshId();
    await bank.items.get(sku).describeItem({ title: "Pen" });
    const spoil = (state: object, fields: object) => {
      // Whether the change is refused or not: the handler fails.
      Reflect.ownKeys(fields).map((name) => Reflect.set(state, name, Reflect.get(fields, name)));
      throw new Error("out of paper");
    };
    bank.script(id, { commands: { creditAccount: (_, { state }) => spoil(state, { balanceCents: 1_000n }) } });
    bank.script(sku, { item: { addStock: (_, { state }) => spoil(state, { onHand: 1_000 }) } });

    expect((await failureOf(client.creditAccount({}))).code).toBe("handler_failed");
    expect((await failureOf(bank.items.get(sku).addStock({}))).code).toBe("handler_failed");

    expect(await bank.engine.state(account, id)).toMatchObject({ revision: 2, state: { balanceCents: 5n } });
    expect(await bank.engine.state(inventoryItem, sku)).toMatchObject({ revision: 1, state: { onHand: 0 } });
  });

  test("a handler that throws does not leave its caller waiting", async () => {
    const { id, client } = await bank.opened();
    bank.script(id, {
      commands: {
        creditAccount: () => {
          throw undefined;
        },
        debitAccount: () => Promise.reject(undefined),
      },
    });

    // No timeout: if nobody answered, the test would not end.
    expect((await failureOf(client.creditAccount({}))).code).toBe("handler_failed");
    expect((await failureOf(client.debitAccount({}))).code).toBe("handler_failed");
    expect((await client.closeAccount()).revision).toBe(3);
  });

  test("a durable state has not advanced in memory after a write that failed", async () => {
    const id = freshId();
    const item = bank.items.get(id);
    await item.describeItem({ title: "Pen" });
    store.when("states.save", { times: 2 }).failsBefore(new Error("the disk is full"));

    expect((await failureOf(item.addStock({ quantity: 5 }))).code).toBe("unavailable");
    expect((await failureOf(item.discontinueItem())).code).toBe("unavailable");

    expect(await bank.engine.state(inventoryItem, id)).toMatchObject({
      revision: 1,
      state: { title: "Pen", onHand: 0 },
    });
    expect(await item.addStock({ quantity: 1 })).toMatchObject({ revision: 2, state: { onHand: 1 } });
  });

  test("no event is left out where a page ends among events of the same timestamp", async () => {
    const now = Date.now();
    using own = journal();
    await using still = await startBank(own.store(), { clock: { now: () => now } });
    const ids = Array.from({ length: 8 }, freshId);
    await Promise.all(ids.map((id) => still.accounts.get(id).openAccount({ openingCents: 1n })));

    for (const maxBuffer of [1, 2, 3, 5, 16]) {
      const seen = new Set<string>();
      // Each page is read by a subscription of its own, which knows no more than where the one before it was.
      for (let from = "start"; seen.size < 16; ) {
        await using page = still.engine.subscribe({ entities: [account], from, maxBuffer });
        for (let n = 0; n < Math.min(maxBuffer, 16 - seen.size); n++) {
          const { value } = await page.next();
          expect(value.recordedAt.getTime()).toBe(now);
          seen.add(`${value.entityId} ${value.revision}`);
        }
        from = await page.positions();
      }
      expect(seen).toEqual(new Set(ids.flatMap((id) => [`${id} 1`, `${id} 2`])));
    }
  });

  test("no event is left out that is committed late, behind the offset of a reader", async () => {
    let now = 1_700_000_000_000;
    using own = journal();
    const slow = faultyStore(own.store());
    await using late = await startBank(slow, { clock: { now: () => now } });
    await using early = await startBank(own.store(), { clock: { now: () => now } });
    await using reader = early.engine.subscribe({ entities: [account], from: "start" });
    // It is decided, and has its time, an hour before the others; and it is committed after them.
    const held = slow.when("events.append").hangsBefore();
    const lateId = freshId();
    const waiting = late.accounts.get(lateId).openAccount({});
    await held.reached;
    now += 3_600_000;
    const ids = Array.from({ length: 5 }, freshId);
    for (const id of ids) await early.accounts.get(id).openAccount({});
    for (let n = 0; n < 5; n++) expect((await reader.next()).value?.recordedAt.getTime()).toBe(now);
    held.release();
    await waiting;

    const { value } = await reader.next();
    expect(value).toMatchObject({ entityId: lateId, revision: 1 });
    expect(value?.recordedAt.getTime()).toBe(now - 3_600_000);
  });
});
