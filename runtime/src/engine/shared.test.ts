import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import type { Store } from "../journal/store.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { faultyStore } from "../testing/faulty-store.ts";
import { type Bank, failureOf, freshId, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";

/** A store without the parts that it need not have. */
function withoutHeads(store: Store): Store {
  const { append, load, read } = store.events;
  const { states } = store;
  return {
    open: async (entities, host) => store.open?.(entities, host),
    close: async () => store.close?.(),
    events: {
      get shardCount() {
        return store.events.shardCount;
      },
      append,
      load,
      read,
    },
    ...(states ? { states: { load: states.load, save: states.save, receipts: states.receipts } } : {}),
  };
}

const cases = journalCases.flatMap(({ name, journal }) => [
  { name, journal, open: (store: Store) => store },
  { name: `${name} without heads`, journal, open: withoutHeads },
]);

describe.each(cases)("an engine that shares its journal, on $name", ({ journal, open }) => {
  let journaled: Journal;
  let other: Bank;
  let bank: Bank;

  beforeAll(async () => {
    journaled = journal();
    other = await startBank(journaled.store());
    bank = await startBank(open(journaled.store()), { shared: true });
  });
  afterAll(async () => {
    await bank[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
    journaled[Symbol.dispose]();
  });

  /** An account that the engine has in memory, and the other one has written to since. */
  async function overtaken(cents: bigint) {
    const { id, client } = await bank.opened();
    await other.accounts.get(id).creditAccount({ amountCents: cents });
    return { id, client };
  }

  test("answers with the state that is stored, not the one that it has in memory", async () => {
    const { id } = await overtaken(5n);
    expect(await bank.engine.state(account, id)).toMatchObject({ revision: 2, state: { balanceCents: 5n } });
    expect(await bank.engine.entityExists(account, freshId())).toBe(false);
  });

  test("decides a rejection, a no-op and a failed precondition again that were built on what is not true", async () => {
    const { client } = await overtaken(5n);
    expect(await client.debitAccount({ amountCents: 4n }).outcome()).toMatchObject({ case: "accepted", revision: 3 });

    const closed = await bank.opened();
    await other.accounts.get(closed.id).closeAccount();
    expect((await failureOf(closed.client.creditAccount({ amountCents: 1n }))).code).toBe("rejected");
    expect(await closed.client.closeAccount()).toMatchObject({ revision: 3, state: { closed: true } });

    const created = freshId();
    expect((await failureOf(bank.accounts.get(created).creditAccount({ amountCents: 1n }))).code).toBe("not_found");
    await other.accounts.get(created).openAccount({});
    expect((await bank.accounts.get(created).creditAccount({ amountCents: 1n })).revision).toBe(2);
  });

  test("looks once at the store before an expected revision is a conflict", async () => {
    const { id, client } = await overtaken(5n);
    expect((await client.creditAccount({ amountCents: 1n }, { expectedRevision: 2 })).revision).toBe(3);
    await other.accounts.get(id).creditAccount({ amountCents: 1n });
    expect(await failureOf(client.creditAccount({ amountCents: 1n }, { expectedRevision: 3 }))).toMatchObject({
      code: "conflict",
      details: { revision: 4, expectedRevision: 3 },
    });
  });

  test("has the current version of a durable state, also of one that was removed", async () => {
    const id = freshId();
    const item = bank.items.get(id);
    await item.describeItem({ title: "Pen" });
    await other.items.get(id).addStock({ quantity: 3 });

    expect(await bank.engine.state(inventoryItem, id)).toMatchObject({ revision: 2, state: { onHand: 3 } });
    await other.items.get(id).discontinueItem();
    expect((await failureOf(item.addStock({ quantity: 1 }))).code).toBe("not_found");
    await other.items.get(id).describeItem({ title: "Ink" });
    expect(await item.describeItem({ title: "Ink" })).toMatchObject({ revision: 4, state: { title: "Ink" } });
  });

  test("answers each in order, whatever is stored between what is only looked at", async () => {
    const { id, client } = await overtaken(5n);
    const answers = await Promise.all([
      bank.engine.state(account, id),
      client.debitAccount({ amountCents: 5n }).outcome(),
      bank.engine.state(account, id),
      client.debitAccount({ amountCents: 1n }).outcome(),
      client.creditAccount({ amountCents: 7n }),
      bank.engine.state(account, id),
      bank.engine.state(account, id),
      client.closeAccount(),
      failureOf(client.openAccount({})),
      client.closeAccount(),
    ]);
    expect(answers).toMatchObject([
      { revision: 2, state: { balanceCents: 5n } },
      { case: "accepted", revision: 3 },
      { revision: 3, state: { balanceCents: 0n } },
      { case: "insufficientFunds", rejection: { missingCents: 1n } },
      { revision: 4 },
      { revision: 4, state: { balanceCents: 7n } },
      { revision: 4, state: { balanceCents: 7n } },
      { revision: 6, state: { closed: true } },
      { code: "already_exists" },
      { revision: 6, position: 0 },
    ]);
  });

  test("never answers from before what the other one has answered, under contention", async () => {
    const { id, client } = await bank.opened();
    let acknowledged = 1;
    const writing = [client, other.accounts.get(id)].map(async (writer) => {
      for (let i = 0; i < 40; i++) {
        try {
          const { revision } = await writer.creditAccount({ amountCents: 1n });
          acknowledged = Math.max(acknowledged, revision);
        } catch (failure) {
          // Overtaken again and again: told, so that the caller can try again.
          expect(failure).toMatchObject({ code: "conflict" });
        }
      }
    });
    const reading = (async () => {
      for (let i = 0; i < 60; i++) {
        const least = acknowledged;
        expect((await bank.engine.state(account, id)).revision).toBeGreaterThanOrEqual(least);
      }
    })();
    await Promise.all([...writing, reading]);
    const { state, revision } = await bank.engine.state(account, id);
    expect(state.balanceCents).toBe(BigInt(revision - 1));
  });
});

describe("an engine that shares its journal", () => {
  test("looks once for all that is asked in one turn", async () => {
    const inner = memoryStore();
    const batches: number[] = [];
    const store: Store = {
      ...inner,
      events: {
        ...inner.events,
        async heads(entities) {
          batches.push(entities.length);
          return (await inner.events.heads?.(entities)) ?? [];
        },
      },
    };
    await using bank = await startBank(store, { shared: true });
    const opened = await Promise.all(Array.from({ length: 20 }, () => bank.opened()));
    await Promise.all(opened.flatMap(({ id }) => [1, 2, 3].map(() => bank.engine.state(account, id))));
    expect(batches).toEqual([60]);
  });

  test("fails what it cannot check as unavailable, and does not say that it may be stored", async () => {
    const store = faultyStore(withoutHeads(memoryStore()));
    await using bank = await startBank(store, { shared: true });
    const { id, client } = await bank.opened();
    const failing = store.when("events.load", { times: Infinity }).failsBefore(new Error("connection reset"));
    const failures = await Promise.all([
      failureOf(bank.engine.state(account, id)),
      failureOf(client.creditAccount({ amountCents: 1n })),
    ]);
    for (const failure of failures) {
      expect(failure).toMatchObject({ code: "unavailable", message: expect.not.stringContaining("not known") });
    }
    failing.takeBack();
    expect((await bank.engine.state(account, id)).revision).toBe(1);
  });

  test("asks for it by true or false", async () => {
    const failure = await failureOf(startBank(memoryStore(), { shared: "yes" as never }));
    expect(failure).toMatchObject({ code: "invalid_argument", message: expect.stringContaining("shared") });
  });
});
