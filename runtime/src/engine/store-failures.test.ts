import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { type FaultyStore, faultyStore } from "../testing/faulty-store.ts";
import { all, type Bank, failureOf, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";

const moments = [
  { moment: "before it stored anything", hook: "before" },
  { moment: "after it stored everything", hook: "after" },
] as const;

/** Makes the next batch fail, and those after it work. */
function failOnce(store: FaultyStore, hook: "before" | "after"): void {
  const next = store.when("writes");
  const failure = new Error("connection reset");
  if (hook === "before") next.failsBefore(failure);
  else next.failsAfter(failure);
}

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

  describe.each(moments)("a store that fails $moment", ({ hook }) => {
    test("fails every command that was built on the batch, and a retry of each takes effect once", async () => {
      const { id, client } = await bank.opened();
      failOnce(store, hook);
      const send = (i: number) => client.creditAccount({ amountCents: 2n ** BigInt(i) }, { commandId: `c-${i}` });

      const failures = await Promise.all([0, 1, 2, 3].map((i) => failureOf(send(i))));
      for (const [i, failure] of failures.entries()) {
        expect(failure).toMatchObject({ code: "unavailable", retryable: true });
        expect(failure.details).toMatchObject({ entity: "account", entityId: id, commandId: `c-${i}` });
      }
      const replies = await Promise.all([0, 1, 2, 3].map(send));

      expect(await bank.engine.state(account, id)).toMatchObject({ revision: 5, state: { balanceCents: 15n } });
      expect(new Set(replies.map((reply) => reply.revision))).toEqual(new Set([2, 3, 4, 5]));
      expect(replies.map((reply) => reply.repeated)).toEqual(Array.from({ length: 4 }, () => hook === "after"));
      const history = await all(bank.engine.history(account, id));
      expect(history.map((event) => event.revision)).toEqual([1, 2, 3, 4, 5]);
    });

    test("fails what was decided while the batch was under way, and does not store it", async () => {
      const { id, client } = await bank.opened();
      const next = store.when("events.append");
      const hanging = hook === "before" ? next.hangsBefore() : next.hangsAfter();
      const first = failureOf(client.creditAccount({ amountCents: 1n }));
      await hanging.reached;
      const second = failureOf(client.creditAccount({ amountCents: 10n }));
      hanging.release(new Error("connection reset"));

      expect((await first).code).toBe("unavailable");
      expect((await second).code).toBe("unavailable");
      const stored = hook === "after" ? { revision: 2, state: { balanceCents: 1n } } : { revision: 1 };
      expect(await bank.engine.state(account, id)).toMatchObject(stored);
    });

    test("shows no rejection, no-op, failure or state that followed from what was not stored", async () => {
      const { id, client } = await bank.opened();
      failOnce(store, hook);
      bank.script(id, {
        commands: {
          creditAccount: (_, { state }) => {
            throw new Error(`closed: ${state.closed}`);
          },
        },
      });

      const sent = await Promise.all([
        failureOf(client.closeAccount()),
        failureOf(client.debitAccount({ amountCents: 1n }).outcome()),
        failureOf(client.closeAccount()),
        failureOf(client.creditAccount({})),
        failureOf(client.openAccount({})),
        failureOf(client.debitAccount({}, { expectedRevision: 0 })),
        failureOf(bank.engine.state(account, id)),
      ]);

      expect(sent.map((failure) => failure.code)).toEqual(sent.map(() => "unavailable"));
      const { state } = await bank.engine.state(account, id);
      expect(state.closed).toBe(hook === "after");
    });

    test("is told to the log, and other entities live on", async () => {
      const { client } = await bank.opened();
      failOnce(store, hook);

      const failure = await failureOf(client.creditAccount({ amountCents: 1n }));

      expect(failure.message).toContain("connection reset");
      expect(bank.log.some(({ message }) => message.includes("connection reset"))).toBe(true);
      const other = await bank.opened();
      expect((await other.client.creditAccount({ amountCents: 1n })).revision).toBe(2);
    });

    test("does not leave a durable state ahead of what is stored", async () => {
      const id = bank.fresh();
      const item = bank.items.get(id);
      await item.describeItem({ title: "Pen" });
      failOnce(store, hook);

      const failures = await Promise.all([
        failureOf(item.addStock({ quantity: 1 }, { commandId: "c" })),
        failureOf(item.addStock({ quantity: 2 })),
      ]);

      expect(failures.map((failure) => failure.code)).toEqual(["unavailable", "unavailable"]);
      const onHand = hook === "after" ? 1 : 0;
      // The two were in one batch or in two: the second is stored only together with the first.
      const { state, revision } = await bank.engine.state(inventoryItem, id);
      expect([onHand, onHand * 3]).toContain(state.onHand);
      const again = await item.addStock({ quantity: 1 }, { commandId: "c" });
      expect(again.repeated).toBe(hook === "after");
      expect((await bank.engine.state(inventoryItem, id)).revision).toBe(hook === "after" ? revision : 2);
    });
  });

  test("a store that answers another number of results than it was asked for fails the batch", async () => {
    const { client } = await bank.opened();
    store.when("events.append").does(async (_, next) => (await next()).slice(1));

    expect((await failureOf(client.creditAccount({ amountCents: 1n }))).message).toContain("0 results to 1");

    expect((await client.creditAccount({ amountCents: 1n })).revision).toBe(3);
  });

  test("a store that cannot be read fails the command as unavailable, and the next one tries again", async () => {
    const client = bank.accounts.get(bank.fresh());
    store.when("events.load").failsBefore(new Error("connection reset"));

    expect(await failureOf(client.openAccount({}))).toMatchObject({ code: "unavailable", retryable: true });

    expect((await client.openAccount({})).revision).toBe(1);
  });

  test("a store that always says that another writer was first ends in a conflict, and the entity lives on", async () => {
    const { id, client } = await bank.opened();
    let calls = 0;
    bank.script(id, {
      commands: {
        creditAccount({ amountCents }, { emit }) {
          calls++;
          return emit.accountCredited({ amountCents });
        },
      },
    });
    const other = store.when("events.append", { times: Infinity }).refuses();

    const failures = await Promise.all([1, 2].map(() => failureOf(client.creditAccount({ amountCents: 1n }))));
    other.takeBack();

    for (const failure of failures) {
      expect(failure).toMatchObject({ code: "conflict", retryable: false, details: { entityId: id } });
    }
    // A few times for each, and not for ever.
    expect(calls).toBeGreaterThan(2);
    expect(calls).toBeLessThan(50);
    expect(await client.creditAccount({ amountCents: 1n })).toMatchObject({ revision: 2, state: { balanceCents: 1n } });
  });
});
