import { setImmediate as turnOfTheLoop } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { EgoError } from "../error/ego-error.ts";
import type { Store } from "../journal/store.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { faultyStore } from "../testing/faulty-store.ts";
import { failureOf, startBank } from "./testdata/bank.ts";

describe("what goes wrong for one command", () => {
  test("in the store, as a state that its table refuses, fails that command and what was built on it is decided again", async () => {
    const store = memoryStore() as Required<Store>;
    const { save } = store.states;
    const refusing = {
      ...store,
      states: {
        ...store.states,
        async save(batch: Parameters<typeof save>[0]) {
          const refused = batch.find(({ state }) => state && (state as { title?: string }).title === "bad");
          const kept = batch.filter(({ entityId }) => entityId !== refused?.entityId);
          const results = await save(kept);
          return batch.map((change) => {
            if (change === refused) {
              return { stored: false as const, failure: new EgoError("invalid_argument", "the title is taken") };
            }
            if (change.entityId === refused?.entityId) return { stored: false as const, head: 0 };
            return results[kept.indexOf(change)] ?? { stored: false as const, head: 0 };
          });
        },
      },
    };
    await using bank = await startBank(refusing);
    const [item, other] = [bank.items.get(bank.fresh()), bank.items.get(bank.fresh())];

    const bad = failureOf(item.describeItem({ title: "bad" }));
    const after = item.describeItem({ title: "Pen" });
    const elsewhere = other.describeItem({ title: "Ink" });

    expect(await bad).toMatchObject({ code: "invalid_argument", message: "the title is taken" });
    expect(await after).toMatchObject({ revision: 1, state: { title: "Pen" } });
    expect(await elsewhere).toMatchObject({ revision: 1, state: { title: "Ink" } });
  });

  test("while it is answered does not keep the others waiting, nor the engine from stopping", async () => {
    let broken = false;
    const clock = {
      now: () => {
        if (broken) throw new Error("the clock is broken");
        return 0;
      },
    };
    const bank = await startBank(memoryStore(), { clock });
    const { client } = await bank.opened();
    const { client: other } = await bank.opened();
    broken = true;

    expect(await failureOf(client.creditAccount({ amountCents: 1n }))).toMatchObject({ code: "internal" });

    broken = false;
    expect((await other.creditAccount({ amountCents: 1n })).revision).toBe(2);
    expect((await client.creditAccount({ amountCents: 1n })).revision).toBe(2);
    await bank.engine.stop();
  });
});

describe("a subscriber", () => {
  test("sees what was stored by a batch that failed afterwards, in its place", async () => {
    const store = faultyStore(memoryStore());
    await using bank = await startBank(store);
    const stream = bank.engine.subscribe({ entities: [account] });
    const { client } = await bank.opened();
    store.when("writes").failsAfter(new Error("the answer was lost"));
    const lost = await failureOf(client.creditAccount({ amountCents: 1n }, { commandId: "c" }));
    await client.creditAccount({ amountCents: 1n }, { commandId: "c" });
    await client.creditAccount({ amountCents: 2n });
    await bank.engine.stop();

    const seen: string[] = [];
    for await (const { revision, name, commandId } of stream) {
      seen.push(`${revision} ${name}${commandId === "c" ? " by c" : ""}`);
    }

    expect(lost.code).toBe("unavailable");
    expect(seen).toEqual(["1 accountOpened", "2 accountCredited by c", "3 accountCredited"]);
  });

  test("sees a durable state that was stored by a batch that failed afterwards", async () => {
    const store = faultyStore(memoryStore());
    await using bank = await startBank(store);
    const stream = bank.engine.subscribe({ entities: [inventoryItem] });
    const item = bank.items.get("pen");
    await item.describeItem({ title: "Pen" });
    store.when("writes").failsAfter(new Error("the answer was lost"));
    await failureOf(item.addStock({ quantity: 5 }, { commandId: "c" }));
    await item.addStock({ quantity: 5 }, { commandId: "c" });
    await bank.engine.stop();

    const seen: unknown[] = [];
    for await (const { revision, state, commandId } of stream) seen.push([revision, state?.onHand, commandId === "c"]);

    expect(seen).toEqual([
      [1, 0, false],
      [2, 5, true],
    ]);
  });

  test("sees what another engine stored when its own engine reads the entity again", async () => {
    const store = memoryStore();
    await using one = await startBank(store);
    await using two = await startBank(store);
    const { id, client } = await one.opened();
    const stream = one.engine.subscribe({ entities: [account] });
    await two.accounts.get(id).creditAccount({ amountCents: 1n });
    await client.creditAccount({ amountCents: 2n });
    await one.engine.stop();

    const seen: number[] = [];
    for await (const { revision } of stream) seen.push(revision);

    expect(seen).toEqual([2, 3]);
  });
});

test("thousands of commands of one entity, each with an id of its own, are decided in a time that grows with their number", async () => {
  await using bank = await startBank(memoryStore(), { limits: { maxMailbox: 100_000 } });
  const { client } = await bank.opened();
  const timeOf = async (count: number, run: string) => {
    const started = performance.now();
    await Promise.all(
      Array.from({ length: count }, (_, i) => client.creditAccount({ amountCents: 1n }, { commandId: `${run}-${i}` })),
    );
    return performance.now() - started;
  };
  await timeOf(2_000, "warm");

  const few = await timeOf(4_000, "few");
  const many = await timeOf(32_000, "many");

  // Eight times as many; a search through all that are in flight would take about 64 times as long.
  expect(many / few).toBeLessThan(32);
});

test("commands in flight count towards the mailbox", async () => {
  await using bank = await startBank(memoryStore(), { limits: { maxMailbox: 10 } });
  const { client } = await bank.opened();

  const sent = Array.from({ length: 11 }, () => client.creditAccount({ amountCents: 1n }));

  expect(await failureOf(sent[10] as PromiseLike<unknown>)).toMatchObject({ code: "unavailable" });
  expect((await Promise.all(sent.slice(0, 10))).at(-1)?.revision).toBe(11);
});

test("a command that another engine carried out while this one read its command ids takes effect once", async () => {
  const inner = memoryStore();
  const store = faultyStore(inner);
  await using one = await startBank(store);
  await using two = await startBank(inner);
  const { id, client } = await one.opened();
  const appending = store.when("events.append").hangsBefore();
  const reading = store.when("events.load").hangsAfter();

  // One append waits in the store, and behind it the command ids are read: before the other engine writes.
  const first = client.creditAccount({ amountCents: 1n });
  await appending.reached;
  const second = client.creditAccount({ amountCents: 10n }, { commandId: "c" });
  await reading.reached;
  await two.accounts.get(id).creditAccount({ amountCents: 10n }, { commandId: "c" });
  appending.release();
  // In this turn the append is refused, before what was read arrives.
  await turnOfTheLoop();
  reading.release();

  expect(await second).toMatchObject({ repeated: true });
  await first;
  expect((await one.engine.state(account, id)).state.balanceCents).toBe(11n);
});

test("a method that was taken off its client says so", async () => {
  await using bank = await startBank(memoryStore());
  const { creditAccount } = bank.accounts.get("a");

  expect(() => creditAccount({ amountCents: 1n })).toThrow(
    "creditAccount was taken off its client. Call it on the client",
  );
});
