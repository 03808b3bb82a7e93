import type { Kysely } from "kysely";
import { describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { type ShelfDatabase, shelfLabels } from "../../../examples/inventory/src/gen/shop/v1/shelf_ego.ts";
import { shelfLabelsProjection } from "../../../examples/inventory/src/shelf-labels.ts";
import { projection } from "../projection/projection.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { auditJournal } from "../tools/audit-journal.ts";
import { ProjectionControl } from "../tools/projection-control.ts";
import { type Bank, startBank } from "./testdata/bank.ts";
import { journalCases, memoryJournal } from "./testdata/journals.ts";
import { Witness } from "./testdata/witness.ts";

/** The versions of an article that were seen. */
function seenOf({ seen }: Witness<typeof inventoryItem>, id: string): Witness<typeof inventoryItem>["seen"] {
  return seen.filter(({ entityId }) => entityId === id);
}

const waiting = { timeoutMs: 20_000 };

/** Stores a version of an article, and tells where. */
async function described(bank: Bank, id: string, title: string): Promise<string> {
  const { position } = await bank.items.get(id).describeItem({ title, priceCents: 5n });
  return bank.engine.positionOf(inventoryItem, id, position);
}

async function labels(journal: Kysely<ShelfDatabase>) {
  return journal.selectFrom("shelf_labels").selectAll().orderBy("sku").execute();
}

describe.each(journalCases)("a projection of durable states on $name", ({ name, journal, shards }) => {
  const hasTables = name !== "memory";
  const why = hasTables ? "" : " [a store in memory has no tables]";

  test("is given each version or a later one in its place, in order, the last one always, and none for what was removed", async () => {
    using journaled = journal();
    const witness = new Witness([inventoryItem]);
    await using bank = await startBank(journaled.store(), { projections: [witness.projection({ batchSize: 3 })] });
    const ids = Array.from({ length: 8 }, () => bank.fresh());
    const ends = await Promise.all(
      ids.map(async (id, n) => {
        const item = bank.items.get(id);
        await item.describeItem({ title: "first" });
        await Promise.all(Array.from({ length: 6 }, () => item.addStock({ quantity: 1 })));
        const { position, revision } =
          n % 2 === 0 ? await item.discontinueItem() : await item.addStock({ quantity: 1 });
        return { id, revision, place: bank.engine.positionOf(inventoryItem, id, position) };
      }),
    );
    for (const { place } of ends) await bank.engine.projection("witness").caughtUpTo(place, waiting);

    for (const [n, { id, revision }] of ends.entries()) {
      const revisions = seenOf(witness, id).map((seen) => seen.revision);
      expect(revisions).toEqual([...new Set(revisions)].toSorted((a, b) => a - b));
      expect(revisions.at(-1)).toBe(revision);
      const last = seenOf(witness, id).at(-1);
      expect(last).toMatchObject({ kind: "state", entity: "inventory_item", commandId: expect.any(String) });
      const state = last?.kind === "state" ? last.state : expect.fail();
      if (n % 2 === 0) expect(state).toBeUndefined();
      else expect(state).toMatchObject({ sku: id, title: "first", onHand: 7 });
    }
  });

  test("that is new passes over what was superseded; its lag counts what it has not done", async () => {
    using journaled = journal();
    await using bank = await startBank(journaled.store());
    const id = bank.fresh();
    for (const title of ["one", "two", "three"]) await described(bank, id, title);
    const witness = new Witness([inventoryItem]);
    const gate = Promise.withResolvers<void>();
    witness.before = () => gate.promise;
    // SQLite answers when the handler has given its transaction back.
    await bank.engine.addProjection(witness.projection({ timeout: "500ms" }));
    const ref = bank.engine.projection("witness");
    const { lag } = await ref.status();
    expect(lag.events).toBe(3);
    expect(lag.oldest).toBeInstanceOf(Date);
    gate.resolve();
    await ref.caughtUpTo(await described(bank, id, "four"), waiting);

    expect((await ref.status()).lag).toEqual({ events: 0, oldest: undefined });
    // The one that waited may have been handed over again: others wanted the database meanwhile.
    expect([...new Set(witness.seen.map(({ revision }) => revision))]).toEqual([3, 4]);
  });

  test("goes on where it was in another engine, and is rebuilt from the start", async () => {
    using journaled = journal();
    const ids = ["a", "b", "c"];
    const first = new Witness([inventoryItem]);
    {
      await using bank = await startBank(journaled.store(), { projections: [first.projection()] });
      for (const id of ids)
        await bank.engine.projection("witness").caughtUpTo(await described(bank, id, "one"), waiting);
    }
    expect(first.seen).toHaveLength(3);
    const second = new Witness([inventoryItem]);
    await using bank = await startBank(journaled.store(), { projections: [second.projection()] });
    const ref = bank.engine.projection("witness");
    const place = await described(bank, "a", "two");
    await ref.caughtUpTo(place, waiting);
    expect(second.seen.map(({ entityId, revision }) => [entityId, revision])).toEqual([["a", 2]]);

    await ref.rebuild();
    await ref.caughtUpTo(place, waiting);
    for (const id of ["b", "c"]) {
      await ref.caughtUpTo(bank.engine.positionOf(inventoryItem, id, 1), waiting);
      expect(seenOf(second, id).map(({ revision }) => revision)).toEqual([1]);
    }
    expect(seenOf(second, "a").map(({ revision }) => revision)).toEqual([2, 2]);

    await ref.rebuild({ from: "now" });
    await ref.caughtUpTo(await described(bank, "b", "three"), waiting);
    expect(seenOf(second, "b").map(({ revision }) => revision)).toEqual([1, 2]);
    expect(seenOf(second, "c")).toHaveLength(1);
  });

  test("makes a dead letter of the version that its handler fails on, which is tried again, and is none any more once superseded", async () => {
    using journaled = journal();
    const witness = new Witness([inventoryItem]);
    let failing = true;
    witness.before = ({ entityId }) => {
      if (failing && entityId.startsWith("bad")) throw new Error("no bad ones");
    };
    await using bank = await startBank(journaled.store(), { projections: [witness.projection({ onFailure: "skip" })] });
    const ref = bank.engine.projection("witness");
    for (const id of ["bad-1", "good", "bad-2"]) await ref.caughtUpTo(await described(bank, id, "one"), waiting);
    const letters = await ref.deadLetters();
    expect(letters).toHaveLength(2);
    for (const letter of letters) {
      expect(letter).toMatchObject({ entityType: "inventory_item", revision: 1, eventType: "inventory_item" });
      expect(letter.shard).toBeGreaterThanOrEqual(shards);
    }
    failing = false;
    await ref.caughtUpTo(await described(bank, "bad-2", "two"), waiting);
    expect(await ref.retryDeadLetters()).toEqual({ succeeded: 2, failed: 0 });
    expect(await ref.deadLetters()).toEqual([]);
    expect(seenOf(witness, "bad-1").map(({ revision }) => revision)).toEqual([1]);
    expect(seenOf(witness, "bad-2").map(({ revision }) => revision)).toEqual([2]);
  });

  test("is given events too, and the offsets of those that consume only events are as they were", async () => {
    using journaled = journal();
    const both = new Witness([account, inventoryItem]);
    const store = journaled.store();
    await using bank = await startBank(store, {
      projections: [
        both.projection(),
        projection<typeof account>({ name: "events", entities: [account], handle: async () => {} }),
      ],
    });
    const id = bank.fresh();
    const { position } = await bank.accounts.get(id).openAccount({ openingCents: 5n });
    const opened = bank.engine.positionOf(account, id, position);
    const place = await described(bank, id, "one");
    const ref = bank.engine.projection("witness");
    await ref.caughtUpTo(opened, waiting);
    await ref.caughtUpTo(place, waiting);
    expect(both.seen.map(({ entity, kind }) => `${entity} ${kind}`).toSorted()).toEqual([
      "account event",
      "account event",
      "inventory_item state",
    ]);
    // A version of what it does not consume is nothing to wait for.
    await bank.engine.projection("events").caughtUpTo(place, waiting);
    const offsetsOf = async (of: string) => (await store.projections?.offsets({ name: of, version: 1 }))?.length;
    expect(await offsetsOf("witness")).toBe(2 * shards);
    expect(await offsetsOf("events")).toBe(shards);
    expect(() => bank.engine.subscribe({ from: place })).toThrow(/durable state/);

    const violations = [];
    const audit = auditJournal(store.events, { projections: store.projections, states: store.states });
    for await (const step of audit) if (step.kind === "violation") violations.push(step.violation);
    expect(violations).toEqual([]);
    const control = new ProjectionControl(store);
    expect(await control.lag({ name: "witness", version: 1 })).toEqual({ events: 0, oldest: undefined });
  });

  test("that consumed events alone before gets the versions that are there", async () => {
    using journaled = journal();
    {
      const before = new Witness([account]);
      await using bank = await startBank(journaled.store(), { projections: [before.projection()] });
      await described(bank, "a", "one");
      await described(bank, "a", "two");
    }
    const witness = new Witness([account, inventoryItem]);
    await using bank = await startBank(journaled.store(), {
      projections: [witness.projection()],
    });
    await bank.engine.projection("witness").caughtUpTo(bank.engine.positionOf(inventoryItem, "a", 2), waiting);
    expect(witness.seen.map(({ revision }) => revision)).toEqual([2]);
  });

  test("of two engines is given each version once, whoever stores it", async () => {
    using journaled = journal();
    const [one, two] = [new Witness([inventoryItem]), new Witness([inventoryItem])];
    await using first = await startBank(journaled.store(), {
      shared: true,
      projections: [one.projection({ parts: 4 })],
    });
    await using second = await startBank(journaled.store(), {
      shared: true,
      projections: [two.projection({ parts: 4 })],
    });
    const ids = Array.from({ length: 6 }, () => first.fresh());
    for (const [n, id] of ids.entries()) {
      const [writer, other] = n % 2 === 0 ? [first, second] : [second, first];
      for (const title of ["one", "two"]) {
        await other.engine.projection("witness").caughtUpTo(await described(writer, id, title), waiting);
      }
    }
    const seen = [...one.seen, ...two.seen].map(({ entityId, revision }) => `${entityId} ${revision}`);
    expect(seen.toSorted()).toEqual(ids.flatMap((id) => [`${id} 1`, `${id} 2`]).toSorted());
  }, 60_000);

  test.runIf(hasTables)(`fills a read model: rows follow the states, and go with them${why}`, async () => {
    using journaled = journal();
    let db: Kysely<ShelfDatabase> | undefined;
    const reader = projection<typeof inventoryItem, Kysely<ShelfDatabase>>({
      name: "reader",
      entities: [inventoryItem],
      handle: async (_, { tx }) => {
        db = tx;
        rows = await labels(tx);
      },
    });
    let rows: unknown;
    await using bank = await startBank(journaled.store(), {
      projections: [shelfLabels.implement(shelfLabelsProjection)],
    });
    const ref = bank.engine.projection(shelfLabels);
    for (const id of ["ink", "map", "pen"]) await ref.caughtUpTo(await described(bank, id, id), waiting);
    const { position } = await bank.items.get("pen").addStock({ quantity: 3 });
    await ref.caughtUpTo(bank.engine.positionOf(inventoryItem, "pen", position), waiting);
    const gone = await bank.items.get("map").discontinueItem();
    await ref.caughtUpTo(bank.engine.positionOf(inventoryItem, "map", gone.position), waiting);

    const seen = async () => {
      await bank.engine.addProjection(reader);
      const end = bank.engine.positionOf(inventoryItem, "pen", position);
      await bank.engine.projection("reader").caughtUpTo(end, waiting);
      await bank.engine.removeProjection("reader", { drop: true });
      expect(db).toBeDefined();
      return (rows as { sku: string; title: string; price_cents: unknown; sold_out: unknown }[]).map((row) => [
        row.sku,
        row.title,
        Number(row.price_cents),
        Number(row.sold_out),
      ]);
    };
    const expected = [
      ["ink", "ink", 5, 1],
      ["pen", "pen", 5, 0],
    ];
    expect(await seen()).toEqual(expected);
    await ref.rebuild();
    for (const id of ["ink", "pen"]) await ref.caughtUpTo(bank.engine.positionOf(inventoryItem, id, 1), waiting);
    await ref.caughtUpTo(bank.engine.positionOf(inventoryItem, "pen", position), waiting);
    expect(await seen()).toEqual(expected);

    await ref.build();
    await ref.promote({ timeoutMs: 20_000 });
    await ref.caughtUpTo(bank.engine.positionOf(inventoryItem, "pen", position), waiting);
    expect(await seen()).toEqual(expected);
    expect((await ref.versions()).map(({ role, lag }) => [role, lag.events])).toEqual([
      ["previous", 0],
      ["live", 0],
    ]);
  });

  test.runIf(hasTables)(
    `commits what it did for a version once, however often its handler fails behind that${why}`,
    async () => {
      using journaled = journal();
      const failed = new Set<string>();
      let total: number | undefined;
      await using bank = await startBank(journaled.store(), {
        projections: [
          shelfLabels.implement(
            {
              inventoryItem: async (_, { row, revision, entityId, tx }) => {
                await row.increment({ priceCents: 1n });
                const key = `${entityId} ${revision}`;
                if (failed.has(key)) {
                  const sum = await tx
                    .selectFrom("shelf_labels")
                    .select((eb) => eb.fn.sum("price_cents").as("sum"))
                    .executeTakeFirst();
                  total = Number(sum?.sum);
                  return;
                }
                failed.add(key);
                throw new Error("once more");
              },
            },
            { onFailure: "retry-and-fail", retryAfter: 1 },
          ),
        ],
      });
      const ref = bank.engine.projection(shelfLabels);
      for (const title of ["one", "two", "three"]) {
        for (const id of ["a", "b"]) await ref.caughtUpTo(await described(bank, id, title), waiting);
      }
      expect(failed.size).toBe(6);
      expect(total).toBe(6);
    },
  );
});

describe("a projection of durable states", () => {
  test("is refused where the store gives versions no positions", async () => {
    const { states, ...rest } = memoryStore();
    if (!states) throw new Error("memory has states");
    const { readShards: _, ...without } = states;
    const starting = startBank(
      { ...rest, states: without },
      { projections: [new Witness([inventoryItem]).projection()] },
    );
    await expect(starting).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringMatching(/no positions/),
    });
  });

  test("fails on a version whose state is not to be found, and goes on when a later one takes its place", async () => {
    using journaled = memoryJournal();
    const { states, ...rest } = journaled.store();
    if (!states?.readShards) throw new Error("memory has versions");
    const { readShards } = states;
    let lost = true;
    const store = {
      ...rest,
      states: {
        ...states,
        readShards: async (...asked: Parameters<typeof readShards>) =>
          (await readShards(...asked)).map((version) =>
            lost && version.kind === "state" ? ({ ...version, kind: "unreadable", payload: null } as const) : version,
          ),
      },
    };
    const witness = new Witness([inventoryItem]);
    await using bank = await startBank(store, { projections: [witness.projection({ onFailure: "skip" })] });
    const ref = bank.engine.projection("witness");
    await ref.caughtUpTo(await described(bank, "a", "one"), waiting);
    expect((await ref.deadLetters()).map(({ failure }) => failure)).toEqual([
      expect.stringMatching(/Version 1 of inventory_item "a" is not to be found/),
    ]);
    lost = false;
    await ref.caughtUpTo(await described(bank, "a", "two"), waiting);
    expect(witness.seen.map(({ revision }) => revision)).toEqual([2]);
  });
});
