import { describe, expect, test } from "vitest";
import { type AccountClient, account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { type FaultyStore, faultyStore } from "../testing/faulty-store.ts";
import { failureOf, freshId, startBank } from "./testdata/bank.ts";
import { journalCases } from "./testdata/journals.ts";

describe.each(journalCases)("an engine that stops, on $name", ({ journal }) => {
  test("answers what was sent before, refuses what comes after as unavailable, and has stored all it answered", async () => {
    using journaled = journal();
    const bank = await startBank(journaled.store());
    const [id, sku] = [freshId(), freshId()];
    await bank.accounts.get(id).openAccount({});
    await bank.items.get(sku).describeItem({ title: "Pen" });

    const credits = Array.from({ length: 50 }, () => bank.accounts.get(id).creditAccount({ amountCents: 1n }));
    const stock = Array.from({ length: 50 }, () => bank.items.get(sku).addStock({ quantity: 1 }));
    const stopping = bank.engine.stop();
    const refused = await failureOf(bank.accounts.get(id).creditAccount({ amountCents: 1n }));

    expect(refused).toMatchObject({ code: "unavailable", retryable: true });
    await stopping;
    expect((await Promise.all(credits)).at(-1)).toMatchObject({ revision: 51 });
    expect((await Promise.all(stock)).at(-1)).toMatchObject({ revision: 51 });
    expect((await failureOf(bank.engine.state(account, id))).code).toBe("unavailable");

    await using later = await startBank(journaled.store());
    expect(await later.engine.state(account, id)).toMatchObject({ revision: 51, state: { balanceCents: 50n } });
    expect(await later.engine.state(inventoryItem, sku)).toMatchObject({ revision: 51, state: { onHand: 50 } });
  });
});

/** The calls that end from now on, as they do. */
function endsOf(store: FaultyStore): readonly string[] {
  const ended: string[] = [];
  store.when(["events.append", "close"], { times: Infinity }).does(async ({ name }, next) => {
    const result = await next();
    ended.push(name);
    return result;
  });
  return ended;
}

describe("an engine that stops", () => {
  test("waits for a handler that is running, and closes its store once, after the last batch", async () => {
    const store = faultyStore(memoryStore());
    const bank = await startBank(store);
    const { id, client } = await bank.opened();
    const ended = endsOf(store);
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
    const stops = [bank.engine.stop(), bank.engine.stop(), bank.engine[Symbol.asyncDispose]()];
    gate.resolve();
    await Promise.all(stops);

    expect(ended).toEqual(["events.append", "close"]);
    expect((await sent).revision).toBe(2);
  });

  test("has nothing to wait for if every caller gave up", async () => {
    const bank = await startBank(memoryStore());
    const { id, client } = await bank.opened();
    bank.script(id, { commands: { creditAccount: () => new Promise(() => {}) } });

    expect((await failureOf(client.creditAccount({}, { timeoutMs: 5 }))).code).toBe("deadline_exceeded");
    await bank.engine.stop();
  });

  test("does not close its store before what is decided is stored, though its callers gave up", async () => {
    const store = faultyStore(memoryStore());
    const ended = endsOf(store);
    const hanging = store.when("events.append").hangsBefore();
    const bank = await startBank(store);
    const controller = new AbortController();
    const failing = failureOf(bank.accounts.get(freshId()).openAccount({}, { signal: controller.signal }));
    await hanging.reached;
    controller.abort();
    await failing;

    const stopping = bank.engine.stop();
    hanging.release();
    await stopping;

    expect(ended).toEqual(["events.append", "close"]);
  });

  test("stops at the end of its block", async () => {
    const clients: AccountClient[] = [];
    {
      await using bank = await startBank(memoryStore());
      clients.push((await bank.opened()).client);
    }
    for (const client of clients) expect((await failureOf(client.closeAccount())).code).toBe("unavailable");
    expect(clients).toHaveLength(1);
  });
});
