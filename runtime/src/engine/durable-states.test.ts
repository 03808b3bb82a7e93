import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { depot } from "../../../test/domain/gen/depot/v1/depot_ego.ts";
import { Engine } from "./engine.ts";
import { type Bank, failureOf, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";

describe.each(journalCases)("a durable state, on $name", ({ journal }) => {
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

  test("is saved with the fields that changed, one revision at a time", async () => {
    const id = bank.fresh();
    const item = bank.items.get(id);

    const described = await item.describeItem({ title: "Pen", priceCents: 120n });
    const added = await item.addStock({ quantity: 4 });

    expect(described).toMatchObject({ revision: 1, position: expect.any(Number), repeated: false });
    expect(described.position).toBeGreaterThan(0);
    expect(added.position).toBeGreaterThan(described.position);
    expect(described.state).toMatchObject({ sku: id, title: "Pen", priceCents: 120n, onHand: 0 });
    expect(added).toMatchObject({ revision: 2, state: { sku: id, title: "Pen", priceCents: 120n, onHand: 4 } });
    expect(Object.isFrozen(added.state)).toBe(true);
  });

  test("that is kept has the same revision, and nothing is stored", async () => {
    const item = bank.items.get(bank.fresh());
    await item.describeItem({ title: "Pen", priceCents: 120n });

    const kept = await item.describeItem({ title: "Pen", priceCents: 120n });

    expect(kept).toMatchObject({ revision: 1, repeated: false, state: { title: "Pen" } });
  });

  test("is untouched by a rejection, which is typed", async () => {
    const item = bank.items.get(bank.fresh());
    await item.describeItem({ title: "Pen" });

    const outcome = await item.takeStock({ quantity: 1 }).outcome();

    expect(outcome).toMatchObject({ case: "outOfStock", rejection: { onHand: 0 } });
    expect((await item.addStock({ quantity: 1 })).revision).toBe(2);
  });

  test("that was removed is empty, its preconditions say so, and its revision goes on when it comes back", async () => {
    const id = bank.fresh();
    const item = bank.items.get(id);
    await item.describeItem({ title: "Pen", priceCents: 120n });

    const removed = await item.discontinueItem();
    const absent = await failureOf(item.addStock({ quantity: 1 }));
    const again = await item.describeItem({ title: "Ink" });

    expect(removed).toMatchObject({ revision: 2, state: { sku: id, title: "", priceCents: 0n } });
    expect(absent.code).toBe("not_found");
    expect(again).toMatchObject({ revision: 3, state: { title: "Ink", priceCents: 0n } });
  });

  test("is found by an engine that starts later: saved, removed, and re-created", async () => {
    const [saved, gone, back] = [bank.fresh(), bank.fresh(), bank.fresh()];
    for (const id of [saved, gone, back]) await bank.items.get(id).describeItem({ title: id, priceCents: 1n });
    for (const id of [gone, back]) await bank.items.get(id).discontinueItem();
    await bank.items.get(back).describeItem({ title: "again" });

    await using later = await startBank(journaled.store());

    expect(await later.engine.state(inventoryItem, saved)).toMatchObject({ revision: 1, state: { title: saved } });
    expect(await later.engine.state(inventoryItem, gone)).toMatchObject({
      revision: 2,
      state: { sku: gone, title: "" },
    });
    expect(await later.engine.state(inventoryItem, back)).toMatchObject({
      revision: 3,
      state: { title: "again", priceCents: 0n },
    });
    expect((await failureOf(later.items.get(gone).addStock({ quantity: 1 }))).code).toBe("not_found");
    expect((await later.items.get(gone).describeItem({ title: "back" })).revision).toBe(3);
  });

  test("is not removed twice: what is not there stays as it is", async () => {
    const id = bank.fresh();
    bank.script(id, { item: { describeItem: (_, { remove }) => remove() } });

    expect(await bank.items.get(id).describeItem({})).toMatchObject({ revision: 0 });
  });

  test("with another revision than expected is a conflict", async () => {
    const item = bank.items.get(bank.fresh());
    await item.describeItem({ title: "Pen" });

    expect((await failureOf(item.addStock({ quantity: 1 }, { expectedRevision: 2 }))).code).toBe("conflict");
    expect((await item.addStock({ quantity: 1 }, { expectedRevision: 1 })).revision).toBe(2);
  });

  test("of a hundred commands at once has the sum of all, each answered with its own", async () => {
    const item = bank.items.get(bank.fresh());
    await item.describeItem({ title: "Pen" });

    const replies = await Promise.all(Array.from({ length: 100 }, () => item.addStock({ quantity: 1 })));

    expect(replies.map((reply) => reply.state.onHand)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(replies.map((reply) => reply.revision)).toEqual(Array.from({ length: 100 }, (_, i) => i + 2));
  });

  test.each([
    ["makes a state and does not return it", "save()"],
    ["returns what is none of save, remove and keep", "save(), remove(), keep()"],
    ["gives a field a value that it cannot hold", "shop.v1.InventoryItem"],
  ])("is untouched by a handler that %s", async (what, naming) => {
    const id = bank.fresh();
    const item = bank.items.get(id);
    await item.describeItem({ title: "Pen" });
    bank.script(id, {
      item: {
        addStock(_, { save, keep }) {
          if (what.startsWith("returns")) return [] as never;
          const next = save({ onHand: -1 });
          return what.startsWith("makes") ? keep() : next;
        },
      },
    });

    const failure = await failureOf(item.addStock({}));

    expect(failure.code).toBe("handler_failed");
    expect(failure.message).toContain(naming);
    expect(await bank.engine.state(inventoryItem, id)).toMatchObject({
      revision: 1,
      state: { title: "Pen", onHand: 0 },
    });
  });

  test("loses a field that is saved as undefined, and keeps the others, also when it is read again", async () => {
    const rooms = depot.implement({
      commands: {
        registerDepot: ({ name }, { save }) =>
          save({ name, remark: "new", budgetCents: 5n, contact: { case: "email", value: "a@example.org" } }),
        storeParcels: (_, { save }) => save({ remark: undefined, contact: { case: undefined } }),
        closeDepot: (_, { keep }) => keep(),
      },
    });
    using own = journal();
    const cleared = { name: "north", budgetCents: 5n, contact: { case: undefined } };
    {
      await using engine = await Engine.start({ store: own.store(), entities: [rooms] });
      const north = engine.entity(depot).get("7");
      expect((await north.registerDepot({ name: "north" })).state).toMatchObject({ remark: "new", budgetCents: 5n });
      const { state } = await north.storeParcels({});
      expect(state).toMatchObject(cleared);
      expect(state.remark).toBeUndefined();
    }
    await using engine = await Engine.start({ store: own.store(), entities: [rooms] });
    const { state, revision } = await engine.state(depot, "7");
    expect(revision).toBe(2);
    expect(state).toMatchObject(cleared);
    expect(state.remark).toBeUndefined();
  });
});
