import { describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { all, failureOf, freshId, startBank } from "../engine/testdata/bank.ts";
import { journalCases } from "../engine/testdata/journals.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { faultyStore } from "../testing/faulty-store.ts";
import type { RecordedOf } from "./stream.ts";

describe.each(journalCases)("a subscriber, on $name", ({ journal }) => {
  test("is given each event once, in order for each entity, with what is known about it", async () => {
    using journaled = journal();
    const bank = await startBank(journaled.store());
    const stream = bank.engine.subscribe({ entities: [account] });
    const ids = Array.from({ length: 10 }, freshId);

    await Promise.all(
      ids.flatMap((id) => {
        const client = bank.accounts.get(id);
        return [
          client.openAccount({ openingCents: 1n }, { commandId: `o-${id}`, metadata: { actor: "ann" } }),
          ...[2n, 3n, 4n].map((amountCents) => client.creditAccount({ amountCents })),
        ];
      }),
    );
    const histories = await Promise.all(ids.map((id) => all(bank.engine.history(account, id))));
    await bank.engine.stop();
    const seen = await all(stream);

    expect(seen).toHaveLength(50);
    for (const [i, id] of ids.entries()) {
      const own = seen.filter((recorded) => recorded.entityId === id);
      expect(own.map((recorded) => recorded.revision)).toEqual([1, 2, 3, 4, 5]);
      expect(own).toEqual(histories[i]);
      expect(own[0]).toMatchObject({ kind: "event", entity: "account", name: "accountOpened", commandId: `o-${id}` });
      expect(own[1]).toMatchObject({ metadata: { actor: "ann" }, event: { accountId: id, amountCents: 1n } });
    }
  });

  test("is given each state of a durable entity, and that it was removed", async () => {
    using journaled = journal();
    await using bank = await startBank(journaled.store());
    await using stream = bank.engine.subscribe({ entities: [inventoryItem] });
    const id = freshId();
    const item = bank.items.get(id);

    await item.describeItem({ title: "Pen" }, { metadata: { actor: "ann" } });
    await item.addStock({ quantity: 2 });
    await item.discontinueItem();
    const seen = [await stream.next(), await stream.next(), await stream.next()].map(({ value }) => value);

    expect(seen.map((recorded) => recorded.revision)).toEqual([1, 2, 3]);
    expect(seen[0]).toMatchObject({
      kind: "state",
      entity: "inventory_item",
      entityId: id,
      metadata: { actor: "ann" },
    });
    expect(seen.map((recorded) => recorded.state?.onHand)).toEqual([0, 2, undefined]);
    expect(seen[1]?.state).toMatchObject({ sku: id, title: "Pen" });
  });
});

describe("a subscriber", () => {
  test("is given nothing that was recorded before, nothing that is not stored, and no repeated command", async () => {
    const store = faultyStore(memoryStore());
    const bank = await startBank(store);
    const { client } = await bank.opened(5n);
    const stream = bank.engine.subscribe();

    await client.creditAccount({ amountCents: 1n }, { commandId: "c" });
    await client.creditAccount({ amountCents: 1n }, { commandId: "c" });
    await client.debitAccount({ amountCents: 1_000n }).outcome();
    store.when("events.append").failsBefore();
    await failureOf(client.creditAccount({ amountCents: 2n }));
    await client.creditAccount({ amountCents: 3n });
    await bank.engine.stop();

    expect((await all(stream)).map((recorded) => recorded.revision)).toEqual([3, 4]);
  });

  test("of no entity in particular is given what all of them record", async () => {
    const bank = await startBank(memoryStore());
    const stream = bank.engine.subscribe();
    await bank.opened();
    await bank.items.get(freshId()).describeItem({ title: "Pen" });
    await bank.engine.stop();

    expect((await all(stream)).map((recorded) => recorded.kind)).toEqual(["event", "state"]);
  });

  test("that falls behind is given what waits for it, then told that it lagged, then it is over", async () => {
    await using bank = await startBank(memoryStore());
    const stream = bank.engine.subscribe({ maxBuffer: 3 });
    const other = bank.engine.subscribe();
    const { client } = await bank.opened();
    for (let i = 0; i < 5; i++) await client.creditAccount({ amountCents: 1n });

    const seen: number[] = [];
    const failure = await failureOf(
      (async () => {
        for await (const recorded of stream) seen.push(recorded.revision);
      })(),
    );

    expect(seen).toEqual([1, 2, 3]);
    expect(failure).toMatchObject({ code: "unavailable", details: { maxBuffer: 3 } });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    // Nobody else is touched by it.
    expect((await other.next()).value).toMatchObject({ revision: 1 });
    expect((await client.creditAccount({ amountCents: 1n })).revision).toBe(7);
  });

  test("that falls behind within a command can go on within it, from the journal", async () => {
    await using bank = await startBank(memoryStore());
    const stream = bank.engine.subscribe({ entities: [account], maxBuffer: 3 });
    await bank.opened(1n);
    const { id } = await bank.opened(1n);
    await bank.opened(1n);

    const seen: RecordedOf<typeof account>[] = [];
    const failure = await failureOf(
      (async () => {
        for await (const recorded of stream) seen.push(recorded);
      })(),
    );
    expect(seen.at(-1)).toMatchObject({ entityId: id, revision: 1 });
    const rest = bank.engine.subscribe({ entities: [account], from: String(failure.details.positions) });
    for (let n = 0; n < 3; n++) seen.push((await rest.next()).value);

    expect(new Set(seen.map(({ shard, position }) => `${shard}:${position}`)).size).toBe(6);
    expect(seen.filter(({ entityId }) => entityId === id).map(({ revision }) => revision)).toEqual([1, 2]);
  });

  test("that falls behind and wants durable states only is told that they are in the store", async () => {
    await using bank = await startBank(memoryStore());
    const stream = bank.engine.subscribe({ entities: [inventoryItem], maxBuffer: 1 });
    const item = bank.items.get(freshId());
    await item.describeItem({ title: "Pen" });
    await item.addStock({ quantity: 1 });

    const failure = await failureOf(all(stream));
    expect(failure).toMatchObject({ code: "unavailable", details: { maxBuffer: 1 } });
    expect(failure.details.positions).toBeUndefined();
  });

  test("that falls behind while the store does not say where the journal ends is told so when the engine stops", async () => {
    const store = faultyStore(memoryStore());
    const bank = await startBank(store);
    const stream = bank.engine.subscribe({ maxBuffer: 1 });
    store.when("events.lastPositions").failsBefore(new Error("connection reset"));
    await bank.opened(1n);
    const told = failureOf(all(stream));
    await bank.engine.stop();

    const failure = await told;
    expect(failure).toMatchObject({ code: "unavailable", details: { maxBuffer: 1 } });
    expect(failure.details.positions).toBeUndefined();
  });

  test("that keeps up with a small buffer is given everything", async () => {
    await using bank = await startBank(memoryStore());
    const stream = bank.engine.subscribe({ maxBuffer: 1 });
    const { client } = await bank.opened();
    expect((await stream.next()).value).toMatchObject({ revision: 1 });

    for (let revision = 2; revision < 200; revision++) {
      const next = stream.next();
      await client.creditAccount({ amountCents: 1n });
      expect((await next).value).toMatchObject({ revision });
    }
  });

  test("that waits for more than a thousand things is given them in order", async () => {
    const bank = await startBank(memoryStore());
    const stream = bank.engine.subscribe();
    const { client } = await bank.opened();
    await Promise.all(Array.from({ length: 3_000 }, () => client.creditAccount({ amountCents: 1n })));
    await bank.engine.stop();

    const revisions = (await all(stream)).map((recorded) => recorded.revision);

    expect(revisions).toEqual(Array.from({ length: 3_001 }, (_, i) => i + 1));
  });

  test("that waits when the engine stops is told that it is over", async () => {
    const bank = await startBank(memoryStore());
    const next = bank.engine.subscribe().next();

    await bank.engine.stop();

    expect(await next).toEqual({ done: true, value: undefined });
    expect(await bank.engine.subscribe().next()).toEqual({ done: true, value: undefined });
  });

  test("that leaves its loop, or closes, is given nothing more", async () => {
    await using bank = await startBank(memoryStore());
    const left = bank.engine.subscribe();
    const closed = bank.engine.subscribe();
    const { client } = await bank.opened(1n);

    for await (const recorded of left) {
      expect(recorded.revision).toBe(1);
      break;
    }
    closed.close();
    await client.creditAccount({ amountCents: 1n });

    expect(await left.next()).toEqual({ done: true, value: undefined });
    expect(await closed.next()).toEqual({ done: true, value: undefined });
  });

  test("that asks for the next before it has the one before is told that it is one reader", async () => {
    await using bank = await startBank(memoryStore());
    const stream = bank.engine.subscribe();
    const first = stream.next();

    expect((await failureOf(stream.next())).code).toBe("invalid_argument");
    stream.close();
    expect(await first).toEqual({ done: true, value: undefined });
  });

  test("sees a reply and its events in either order, but never an event of a command that failed", async () => {
    await using bank = await startBank(memoryStore());
    const stream = bank.engine.subscribe();
    const { id, client } = await bank.opened();
    bank.script(id, {
      commands: {
        creditAccount: (_, { emit }) => {
          emit.accountCredited({ amountCents: 1n });
          return [];
        },
      },
    });

    expect((await failureOf(client.creditAccount({}))).code).toBe("handler_failed");
    await client.closeAccount();

    const seen = [await stream.next(), await stream.next(), await stream.next()].map(({ value }) => value.revision);
    expect(seen).toEqual([1, 2, 3]);
  });
});
