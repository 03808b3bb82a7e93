import type { Kysely } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JournalEvent } from "../journal/journal-cursor.ts";
import type { ProjectionTransaction } from "../journal/projection-store.ts";
import { type SqliteStore, sqliteStore } from "../stores/sql/sqlite-store.ts";
import { notesRecord as of, notesTable as table } from "../stores/testdata/notes.ts";
import { PendingWrites } from "./pending-writes.ts";

const largest = 2n ** 63n - 1n;
const rolledBack = new Error("to be rolled back");

let store: SqliteStore;
beforeAll(async () => {
  store = sqliteStore({ filename: ":memory:" });
  await store.open?.([]);
  await store.projections.add(of, [0], table);
});
afterAll(() => store.close?.());

const event = (position: number) => ({ shard: 0, position }) as JournalEvent;

/** Does something in a transaction of the projection, which is rolled back then. */
async function writing(
  work: (writes: PendingWrites, counts: () => Promise<unknown>, transaction: ProjectionTransaction) => Promise<void>,
): Promise<void> {
  const done = store.projections.advance(of, [{ shard: 0, from: 0, to: 1 }], async (transaction) => {
    const db = transaction.tx as Kysely<{ notes: { id: string; count: bigint } }>;
    const counts = async () => {
      const found = await db.selectFrom("notes").select(["id", "count"]).orderBy("id").execute();
      return Object.fromEntries(found.map(({ id, count }) => [id, BigInt(count)]));
    };
    await work(new PendingWrites(transaction.rows(table)), counts, transaction);
    throw rolledBack;
  });
  await expect(done).rejects.toBe(rolledBack);
}

test("writes are held until somebody has the transaction; from then on each is done at once, in its order", () =>
  writing(async (writes, counts) => {
    writes.increment(event(1), { id: "a" }, { count: 1n });
    expect(await counts()).toEqual({});
    writes.holdNoMore();
    expect(await counts()).toEqual({ a: 1n });
    writes.upsert(event(2), { id: "a" }, { count: 5n });
    const between = counts();
    writes.increment(event(2), { id: "a" }, { count: 2n });
    writes.upsert(event(3), { id: "b" }, { count: 1n });
    writes.remove(event(3), { id: "b" });
    expect(await between).toEqual({ a: 5n });
    await writes.settled();
    expect(await counts()).toEqual({ a: 7n });
    expect(writes.failed).toBeUndefined();
  }));

test("many are handed over without being asked to, and all of them are there when they are settled", () =>
  writing(async (writes, counts) => {
    for (let n = 1; n <= 999; n++) writes.increment(event(n), { id: "a" }, { count: 1n });
    expect(writes.crowded).toBe(false);
    for (let n = 1_000; n <= 1_100; n++) writes.increment(event(n), { id: "a" }, { count: 1n });
    // The last of them are not among those that are on their way.
    writes.flush();
    expect(writes.crowded).toBe(true);
    await writes.settled();
    expect(writes.crowded).toBe(false);
    expect(await counts()).toEqual({ a: 1_100n });
  }));

test.each([
  ["by the database, before one that is refused at once", [3]],
  ["at once", []],
])("the first that fails is told with its event: %s", (_, overflows) =>
  writing(async (writes) => {
    writes.upsert(event(1), { id: "a" }, { count: largest });
    writes.upsert(event(2), { id: "b" }, { count: 1n });
    for (const position of overflows) writes.increment(event(position), { id: "a" }, { count: 1n });
    writes.upsert(event(4), { id: "b" }, { cuont: 1n });
    writes.increment(event(5), { id: "a" }, { count: 1n });
    await writes.settled();
    expect(writes.failed).toMatchObject({
      event: { position: overflows[0] ?? 4 },
      cause: {
        code: "invalid_argument",
        message: expect.stringContaining(overflows[0] ? "out of the range" : "cuont"),
      },
    });
  }),
);

test("a write that fails when it is done at once is told with its event, too", () =>
  writing(async (writes) => {
    writes.upsert(event(1), { id: "a" }, { count: largest });
    writes.holdNoMore();
    writes.increment(event(2), { id: "a" }, { count: -1n });
    writes.increment(event(3), { id: "a" }, { count: 2n });
    writes.upsert(event(4), { id: "a" }, { cuont: 1n });
    await writes.settled();
    expect(writes.failed).toMatchObject({ event: { position: 3 } });
  }));
