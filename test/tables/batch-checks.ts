import fc from "fast-check";
import { sql } from "kysely";
import { expect } from "vitest";
import type { FailedWrite, RowBatch } from "../../runtime/src/codegen/projected-rows.ts";
import type { TableData } from "../../runtime/src/codegen/table.ts";
import { Kinds } from "../../runtime/src/stores/testdata/kinds.ts";
import { orderedTransaction } from "../../runtime/src/tables/ordered-transaction.ts";
import { rowsTogether } from "../../runtime/src/tables/rows-together.ts";
import { prepareRows } from "../../runtime/src/tables/writer.ts";
import type { Check } from "./checks.ts";
import { type Call, calls, modelKey, RowModel, rowText } from "./row-model.ts";
import type { AnyDatabase } from "./stores.ts";
import { created, entries, tableOf } from "./tables.ts";

const invalid = { code: "invalid_argument" };
const first = { tenant: "a", number: 1 };

/** What writes of rows promise that are sent together. */
export const batchChecks: Readonly<Record<string, Check>> = {
  "rows that are sent together come to what a model in memory has; the first that is refused is named": async (
    bench,
  ) => {
    const table = await created(bench, tableOf(bench, Kinds, { key: modelKey }));
    const store = bench.stores.store(bench.db, table);
    const kept = async () => (await store.list({ limit: 10_000 })).rows.map(rowText).sort();
    const sent = (sequence: readonly Call[]) =>
      inTransaction(bench.db, async (tx) => {
        const batch = bench.stores.rows(tx, table).batch();
        for (const call of sequence) give(batch, call);
        const failed = await batch.send();
        if (failed) throw Object.assign(failed.failure as Error, { at: failed.index });
        expect(await batch.send()).toBeUndefined();
      });
    let refusals = 0;
    const property = fc.asyncProperty(calls(bench), async (sequence) => {
      await bench.db.deleteFrom(table.name).execute();
      const model = new RowModel();
      const refused = sequence.findIndex((call) => !model.apply(call));
      if (refused >= 0) {
        refusals++;
        const refusal = { ...invalid, at: refused, message: expect.stringContaining("range") };
        await expect(sent(sequence)).rejects.toMatchObject(refusal);
        expect(await kept()).toEqual([]);
      }
      await sent(refused < 0 ? sequence : sequence.slice(0, refused));
      expect(await kept()).toEqual(model.rows());
    });
    await fc.assert(property, { numRuns: 25, endOnFailure: true, seed: 7 });
    expect(refusals).toBeGreaterThan(0);
  },

  "rows that are sent together keep their place beside other queries, also if nobody awaits them": async (bench) => {
    const table = await created(bench, entries(bench));
    await prepareRows(bench.db);
    const twice = { amount: sql<bigint>`amount * 2` };
    await inTransaction(bench.db, async (tx) => {
      const rows = bench.stores.rows(tx, table);
      const double = () => tx.updateTable(table.name).set(twice).where("tenant", "=", "a").execute();
      const batch = rows.batch();
      batch.upsert(first, { amount: 100n });
      batch.remove(first);
      batch.increment(first, { amount: 1n });
      const under: Promise<unknown>[] = [batch.send(), double(), rows.increment(first, { amount: 3n })];
      batch.increment(first, { amount: 5n });
      under.push(batch.send(), double());
      batch.increment(first, { amount: 7n });
      // A statement that has just been asked for is not added to what was asked before these.
      under.push(rows.increment(first, { amount: 1n }), batch.send(), rows.increment(first, { amount: 1n }), double());
      await Promise.all(under);
    });
    expect(await bench.stores.store(bench.db, table).find(first)).toMatchObject({ amount: 58n });
  },

  "of rows that are sent together, the index that refuses one is named; nothing is kept": async (bench) => {
    const indexes = [{ name: `${bench.tableName()}_owner`, fields: ["owner"], unique: true }];
    const table = await created(bench, entries(bench, { indexes }));
    const done = inTransaction(bench.db, async (tx) => {
      const batch = bench.stores.rows(tx, table).batch();
      batch.upsert(first, { owner: "ann" });
      batch.increment({ ...first, number: 2 }, { amount: 1n });
      batch.upsert({ ...first, number: 2 }, { owner: "ann" });
      batch.upsert({ ...first, number: 3 }, { owner: "bob" });
      const failed = await batch.send();
      expect(failed).toMatchObject({ index: 2, failure: { code: "already_exists" } });
      throw failed?.failure;
    });
    await expect(done).rejects.toMatchObject({ code: "already_exists" });
    expect(await bench.stores.store(bench.db, table).list()).toEqual({ rows: [] });
  },

  "of many that differ in their values alone, each is done in its turn, and the one that is refused is named": async (
    bench,
  ) => {
    const count = 5 * rowsTogether + 3;
    const numbers = Array.from({ length: count }, (_, number) => number);
    const sent = async (table: TableData, write: (batch: RowBatch, number: number) => void, alone = false) => {
      let failed: FailedWrite | undefined;
      const done = inTransaction(bench.db, async (tx) => {
        const batch = bench.stores.rows(tx, table).batch(alone);
        for (const number of numbers) write(batch, number);
        failed = await batch.send();
        if (failed) throw failed.failure;
      });
      await done.catch((failure: unknown) => expect(failure).toBe(failed?.failure));
      return failed;
    };
    for (const rows of [7, rowsTogether + 1, count]) {
      const sums = await created(bench, entries(bench));
      const add = (batch: RowBatch, number: number) =>
        batch.increment({ ...first, number: number % rows }, { amount: BigInt(number) });
      expect(await sent(sums, add)).toBeUndefined();
      expect((await bench.stores.store(bench.db, sums).list({ limit: count })).rows).toMatchObject(
        Array.from({ length: rows }, (_, row) => ({
          ...first,
          number: row,
          amount: numbers.reduce((sum, number) => sum + (number % rows === row ? BigInt(number) : 0n), 0n),
        })),
      );
    }

    const indexes = [{ name: `${bench.tableName()}_owner`, fields: ["owner"], unique: true }];
    const owners = await created(bench, entries(bench, { indexes }));
    for (const at of [1, rowsTogether - 1, rowsTogether, 3 * rowsTogether + 5, count - 1]) {
      // One takes the name of the one before it, and the one after it would do so too.
      const nameOf = (number: number) => `owner ${number === at || number === at + 1 ? at - 1 : number}`;
      const upsert = (batch: RowBatch, number: number) => batch.upsert({ ...first, number }, { owner: nameOf(number) });
      expect(await sent(owners, upsert, true)).toMatchObject({ index: at, failure: { code: "already_exists" } });
      const refused = await sent(owners, upsert);
      expect(refused).toMatchObject({ failure: { code: "already_exists" } });
      // Nobody knows, or it is the one.
      expect(refused?.index ?? at).toBe(at);
    }
    expect(await bench.stores.store(bench.db, owners).list()).toEqual({ rows: [] });
  },

  "what is no row is refused when it is given, and not among those that are sent": async (bench) => {
    const table = await created(bench, entries(bench));
    await inTransaction(bench.db, async (tx) => {
      const batch = bench.stores.rows(tx, table).batch();
      batch.upsert(first, { amount: 1n });
      expect(() => batch.upsert(first, { amout: 1n })).toThrow(expect.objectContaining(invalid));
      expect(() => batch.increment(first, { owner: "ann" })).toThrow(expect.objectContaining(invalid));
      expect(() => batch.remove({ tenant: "a", more: 1 })).toThrow(expect.objectContaining(invalid));
      const fields = { owner: "bob" };
      batch.upsert(first, fields);
      // It was taken when it was given.
      fields.owner = "eve";
      expect(await batch.send()).toBeUndefined();
    });
    expect(await bench.stores.store(bench.db, table).find(first)).toMatchObject({ amount: 1n, owner: "bob" });
  },
};

function inTransaction(db: AnyDatabase, work: (tx: AnyDatabase) => Promise<void>): Promise<void> {
  return db.transaction().execute((transaction) => work(orderedTransaction(transaction)));
}

function give(batch: RowBatch, call: Call): void {
  if (call.kind === "remove") batch.remove(call.key);
  else batch[call.kind](call.key, call.given);
}
