import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { faultyStore } from "../testing/faulty-store.ts";
import { all, type Bank, failureOf, freshId, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";

describe.each(journalCases)("two engines on one journal, on $name", ({ journal }) => {
  let journaled: Journal;
  let first: Bank;
  let second: Bank;

  beforeAll(async () => {
    journaled = journal();
    first = await startBank(journaled.store());
    second = await startBank(journaled.store());
  });
  afterAll(async () => {
    await first[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
    journaled[Symbol.dispose]();
  });

  test("decide again what another one was first at: the state is that of all commands, revisions are dense", async () => {
    const { id, client } = await first.opened(5n);
    const other = second.accounts.get(id);
    await second.engine.state(account, id);

    const credited = await client.creditAccount({ amountCents: 10n });
    const debited = await other.debitAccount({ amountCents: 4n });
    const closed = await client.closeAccount();

    expect(credited).toMatchObject({ revision: 3, state: { balanceCents: 15n } });
    expect(debited).toMatchObject({ revision: 4, state: { balanceCents: 11n } });
    expect(closed).toMatchObject({ revision: 6, state: { balanceCents: 0n, closed: true } });
    const history = await all(second.engine.history(account, id));
    expect(history.map((event) => event.revision)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("carry out every command of both once, under contention", async () => {
    const { id } = await first.opened();

    const clients = [first.accounts.get(id), second.accounts.get(id)];
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const client = clients[i % 2] ?? first.accounts.get(id);
        for (;;) {
          try {
            return await client.creditAccount({ amountCents: 1n }, { commandId: `c-${i}` });
          } catch (failure) {
            // Too many conflicts in a row: told, so that the caller can try again.
            expect(failure).toMatchObject({ code: "conflict" });
          }
        }
      }),
    );

    expect(outcomes.map((reply) => reply.revision).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 60 }, (_, i) => i + 2),
    );
    for (const reply of outcomes) expect(reply.state.balanceCents).toBe(BigInt(reply.revision - 1));
    const history = await all(second.engine.history(account, id));
    expect(history.map((event) => event.revision)).toEqual(Array.from({ length: 61 }, (_, i) => i + 1));
    expect(new Set(history.slice(1).map((event) => event.commandId)).size).toBe(60);
  });

  test("do not retry a command that expects a revision which the other has passed", async () => {
    const { id, client } = await first.opened();
    await second.engine.state(account, id);
    await client.creditAccount({ amountCents: 1n });

    const failure = await failureOf(
      second.accounts.get(id).creditAccount({ amountCents: 1n }, { expectedRevision: 1 }),
    );

    expect(failure).toMatchObject({ code: "conflict", details: { revision: 2, expectedRevision: 1 } });
    expect((await second.engine.state(account, id)).revision).toBe(2);
  });

  test("decide a rejection again that was built on what the other has overtaken", async () => {
    const { id, client } = await first.opened(1n);
    await second.engine.state(account, id);
    await client.creditAccount({ amountCents: 100n });
    const other = second.accounts.get(id);

    // The second engine does not know the credit yet; its own first append tells it.
    const [credited, debited] = await Promise.all([
      other.creditAccount({ amountCents: 1n }),
      other.debitAccount({ amountCents: 50n }).outcome(),
    ]);

    expect(credited).toMatchObject({ revision: 4, state: { balanceCents: 102n } });
    expect(debited).toMatchObject({ case: "accepted", revision: 5, state: { balanceCents: 52n } });
  });

  test("save versions of a durable state one after the other, none over another", async () => {
    const id = freshId();
    await first.items.get(id).describeItem({ title: "Pen" });
    await second.engine.state(inventoryItem, id);

    await first.items.get(id).addStock({ quantity: 3 });
    const added = await second.items.get(id).addStock({ quantity: 4 });
    const stale = await failureOf(first.items.get(id).addStock({ quantity: 1 }, { expectedRevision: 3 }));

    expect(added).toMatchObject({ revision: 3, state: { title: "Pen", onHand: 7 } });
    expect(stale.code).toBe("conflict");
    expect((await first.items.get(id).addStock({ quantity: 1 })).state.onHand).toBe(8);
  });

  test("answer a repeated command with its state, if the other stored it while its id was looked for", async () => {
    const id = freshId();
    const store = faultyStore(journaled.store());
    await using third = await startBank(store);
    let stored: number | undefined;
    store.when("states.receipts").does(async (_, next) => {
      stored = (await first.items.get(id).describeItem({ title: "Pen" }, { commandId: "c" })).revision;
      return next();
    });

    const repeated = await third.items.get(id).describeItem({ title: "Pen" }, { commandId: "c" });

    expect(stored).toBe(1);
    expect(repeated).toMatchObject({ revision: 1, repeated: true, state: { title: "Pen" } });
  });
});
