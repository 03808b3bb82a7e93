import { create, type Message } from "@bufbuild/protobuf";
import fc from "fast-check";
import { sql } from "kysely";
import { expect } from "vitest";
import { Kinds } from "../../runtime/src/stores/testdata/kinds.ts";
import { kindsExamples } from "../../runtime/src/stores/testdata/kinds-examples.ts";
import { orderedTransaction } from "../../runtime/src/tables/ordered-transaction.ts";
import { prepareRows } from "../../runtime/src/tables/writer.ts";
import { EntrySchema, type Parts, PartsSchema } from "../domain/gen/ledger/v1/ledger_pb.ts";
import type { Bench, Check } from "./checks.ts";
import { calls, modelKey, RowModel, rowText } from "./row-model.ts";
import type { AnyDatabase } from "./stores.ts";
import { created, entries, parts, tableOf } from "./tables.ts";

const invalid = { code: "invalid_argument" };
const first = { tenant: "a", number: 1 };

/** What `row.upsert`, `row.increment` and `row.remove` promise. */
export const rowChecks: Readonly<Record<string, Check>> = {
  "rows come to what a model in memory has": async (bench) => {
    const table = await created(bench, tableOf(bench, Kinds, { key: modelKey }));
    // Postgres takes no more statements in a transaction after it refused one; the others do, and commit but once so.
    const inside = (work: (db: AnyDatabase) => Promise<void>) =>
      bench.family === "postgres" ? work(bench.db) : bench.db.transaction().execute(work);
    const property = fc.asyncProperty(calls(bench), async (sequence) => {
      await bench.db.deleteFrom(table.name).execute();
      const model = new RowModel();
      await inside(async (db) => {
        const rows = bench.stores.rows(db, table);
        for (const call of sequence) {
          const done = call.kind === "remove" ? rows.remove(call.key) : rows[call.kind](call.key, call.given);
          if (model.apply(call)) await done;
          else await expect(done).rejects.toMatchObject({ ...invalid, message: expect.stringContaining("range") });
        }
      });
      const { rows } = await bench.stores.store(bench.db, table).list({ limit: 10_000 });
      expect(rows.map(rowText).sort()).toEqual(model.rows());
    });
    await fc.assert(property, { numRuns: 25, endOnFailure: true });
  },

  "a row is the same whether it is written by fields or as a message": async (bench) => {
    const byMessage = await created(bench, tableOf(bench, Kinds, { key: ["id"] }));
    const byFields = await created(bench, tableOf(bench, Kinds, { key: ["id"] }));
    const store = bench.stores.store(bench.db, byMessage);
    const rows = bench.stores.rows(bench.db, byFields);
    for (const [id, fields] of kindsExamples) {
      const message = create(Kinds, { ...fields, id } as never) as Message;
      const refused = await store.upsert(message).then(
        () => undefined,
        (failure: { code: string }) => failure.code,
      );
      const written = rows.upsert({ id }, fields as never);
      if (refused === undefined) await written;
      else await expect(written, id).rejects.toMatchObject({ code: refused });
    }
    const all = ({ name }: { readonly name: string }) => bench.db.selectFrom(name).selectAll().orderBy("id").execute();
    expect(await all(byFields)).toEqual(await all(byMessage));
  },

  "messages, lists and maps are written by fields in JSON and in binary form": async (bench) => {
    const fields = {
      part: { title: "spoke", weight: 2 },
      parts: [{}, { title: "rim", weight: 1.5 }],
      counts: { "": -1n, constructor: 2n ** 62n },
      numbers: [-0, Number.NaN, Infinity, 0.1],
      madeAt: { seconds: -1n, nanos: 5 },
      level: 0,
      choice: { case: "number", value: 0n },
    } as const;
    for (const binary of [[], ["part", "parts", "counts", "numbers", "madeAt"]]) {
      const table = await created(bench, parts(bench, { binary }));
      const rows = bench.stores.rows(bench.db, table);
      await rows.upsert({ partsId: "p" }, fields);
      expect(await bench.stores.store(bench.db, table).find("p")).toEqual(
        create(PartsSchema, { partsId: "p", ...fields } as never),
      );
    }
  },

  "of a oneof, one is set": async (bench) => {
    const table = await created(bench, parts(bench));
    const store = bench.stores.store(bench.db, table);
    const rows = bench.stores.rows(bench.db, table);
    const key = { partsId: "p" };
    const choice = async () => ((await store.find("p")) as Parts).choice;
    await rows.upsert(key, { choice: { case: "text", value: "x" } });
    await rows.upsert(key, { title: "t" });
    expect(await choice()).toEqual({ case: "text", value: "x" });
    await rows.upsert(key, { choice: { case: "number", value: 5n } });
    expect(await choice()).toEqual({ case: "number", value: 5n });
    await rows.upsert(key, { text: "y" });
    expect(await choice()).toEqual({ case: "text", value: "y" });
    await rows.upsert(key, { choice: { case: undefined } });
    expect(await choice()).toEqual({ case: undefined });
    for (const given of [
      { choice: "text" },
      { choice: { case: "txt", value: "x" } },
      { choice: { case: "title", value: 5 } },
      { text: "x", number: 5n },
      { text: "x", choice: { case: "text", value: "x" } },
    ]) {
      await expect(rows.upsert(key, given), JSON.stringify(Object.keys(given))).rejects.toMatchObject(invalid);
    }
    await expect(rows.increment(key, { number: 5n })).rejects.toMatchObject(invalid);
  },

  "no fields insert a row that is missing, and change none": async (bench) => {
    const table = await created(bench, entries(bench));
    const store = bench.stores.store(bench.db, table);
    const rows = bench.stores.rows(bench.db, table);
    await rows.upsert(first, {});
    expect((await store.list()).rows).toEqual([create(EntrySchema, first)]);
    await rows.upsert(first, { owner: "ann", amount: 5n });
    await rows.upsert(first, {});
    await rows.increment(first, {});
    await rows.increment(first, { amount: undefined });
    expect((await store.list()).rows).toEqual([create(EntrySchema, { ...first, owner: "ann", amount: 5n })]);
    await rows.upsert(first, { owner: undefined, amount: undefined });
    expect((await store.list()).rows).toEqual([create(EntrySchema, first)]);
    await rows.remove(first);
    await rows.remove(first);
    expect((await store.list()).rows).toEqual([]);
  },

  "names that are no fields, and values that are none of theirs, are refused, and nothing is stored": async (bench) => {
    const table = await created(bench, parts(bench));
    const partRows = bench.stores.rows(bench.db, table);
    const entryTable = await created(bench, entries(bench));
    const rows = bench.stores.rows(bench.db, entryTable);
    for (const [given, text] of [
      [{ onwer: "x" }, `"onwer" of table "${entryTable.name}" is no field of ledger.v1.Entry. Did you mean "owner"?`],
      [{ due_at: undefined }, `Did you mean "dueAt"?`],
      [{ "x'; drop table": 1 }, "is no field"],
      [{ tenant: "b" }, "is in its key"],
      [{ owner: 5 }, "owner"],
      [{ owner: null }, "owner"],
      [{ owner: "half \ud83d" }, "owner"],
      [{ amount: 1.5 }, "amount"],
      [{ amount: "x" }, "amount"],
      [{ amount: 2n ** 63n }, "amount"],
      [{ serial: -1n }, "serial"],
      [{ open: 1 }, "open"],
      [{ score: "1" }, "score"],
      [{ dueAt: new Date(0) }, "timestampFromDate"],
      [{ dueAt: { seconds: 2n ** 62n } }, "dueAt"],
    ] as const) {
      await expect(rows.upsert(first, given), text).rejects.toMatchObject({
        ...invalid,
        message: expect.stringContaining(text),
        details: { table: entryTable.name },
      });
    }
    for (const [numbers, text] of [
      [{ owner: 1 }, `"owner" of table "${entryTable.name}" is no number`],
      [{ open: 1 }, "is no number"],
      [{ dueAt: 1 }, "is no number"],
      [{ number: 1 }, "is in its key"],
      [{ nothing: 1 }, "is no field"],
      [{ amount: null }, "amount"],
      [{ amount: "x" }, "amount"],
      [{ amount: 2n ** 63n }, "amount"],
      [{ score: "x" }, "score"],
      [{ serial: -(2n ** 64n) }, "serial"],
      [{ serial: -1.5 }, "serial"],
    ] as const) {
      await expect(rows.increment(first, numbers), text).rejects.toMatchObject({
        ...invalid,
        message: expect.stringContaining(text),
      });
    }
    for (const key of [null, "a", {}, { tenant: "a" }, { ...first, owner: "x" }, { tenant: "a", number: "1" }]) {
      await expect(rows.upsert(key as never, {}), JSON.stringify(key)).rejects.toMatchObject(invalid);
      await expect(rows.increment(key as never, {}), JSON.stringify(key)).rejects.toMatchObject(invalid);
      await expect(rows.remove(key as never), JSON.stringify(key)).rejects.toMatchObject(invalid);
    }
    for (const given of [
      { part: "x" },
      { part: [] },
      { parts: {} },
      { counts: [] },
      { numbers: ["x"] },
      { parts: null },
    ]) {
      await expect(partRows.upsert({ partsId: "p" }, given), JSON.stringify(given)).rejects.toMatchObject(invalid);
    }
    await expect(partRows.upsert({ partsId: "p" }, { anything: {} })).rejects.toMatchObject({
      ...invalid,
      message: expect.stringContaining("has no column"),
    });
    expect(await bench.stores.store(bench.db, entryTable).list()).toEqual({ rows: [] });
    expect(await bench.stores.store(bench.db, table).list()).toEqual({ rows: [] });
  },

  "a sum goes to the end of its field's range, and no further": async (bench) => {
    const table = await created(bench, tableOf(bench, Kinds, { key: ["id"] }));
    const store = bench.stores.store(bench.db, table);
    const rows = bench.stores.rows(bench.db, table);
    const key = { id: "x" };
    for (const [name, low, high] of [
      ["int32", -(2 ** 31), 2 ** 31 - 1],
      ["uint32", 0, 2 ** 32 - 1],
      ["int64", -(2n ** 63n), 2n ** 63n - 1n],
      ["uint64", 0n, 2n ** 64n - 1n],
    ] as const) {
      const one = typeof low === "bigint" ? 1n : 1;
      for (const field of [name, `maybe${name[0]?.toUpperCase()}${name.slice(1)}`]) {
        for (const [bound, over, back] of [
          [high, one, -one],
          [low, -one, one],
        ]) {
          await rows.remove(key);
          await rows.upsert(key, { [field]: bound, string: "kept" });
          await expect(rows.increment(key, { [field]: over, double: 1 }), field).rejects.toMatchObject({
            ...invalid,
            message: expect.stringContaining("out of the range"),
            details: { table: table.name },
          });
          expect(await store.find("x"), field).toMatchObject({ [field]: bound, string: "kept", double: 0 });
          await rows.increment(key, { [field]: back, double: 1 });
          await rows.increment(key, { [field]: over, double: 1 });
          expect(await store.find("x"), field).toMatchObject({ [field]: bound, double: 2 });
        }
      }
    }
    await rows.remove(key);
    for (const given of [{ uint32: -1 }, { maybeUint64: -1n }, { int32: 1, fixed32: -1 }]) {
      await expect(rows.increment(key, given)).rejects.toMatchObject(invalid);
    }
    expect(await store.find("x")).toBeUndefined();
  },

  "texts in fields and keys are only ever texts": async (bench) => {
    const table = await created(bench, entries(bench));
    const store = bench.stores.store(bench.db, table);
    const rows = bench.stores.rows(bench.db, table);
    for (const text of ["'; drop table x; --", '"', "\\'", "`", "%_?$1:a", "ä a\u0308 😀", " ", "\u2028", "a\0b"]) {
      const key = { tenant: text, number: 1 };
      if (text.includes("\0") && bench.family === "postgres") {
        const refusal = { ...invalid, message: expect.stringContaining("U+0000") };
        await expect(rows.upsert(key, {})).rejects.toMatchObject(refusal);
        await expect(rows.upsert(first, { owner: text })).rejects.toMatchObject(refusal);
        continue;
      }
      await rows.upsert(key, { owner: text, label: text });
      await rows.increment(key, { amount: 2n });
      await rows.increment(key, { amount: 2n });
      expect(await store.find(key), text).toEqual(
        create(EntrySchema, { ...key, owner: text, label: text, amount: 4n }),
      );
      await rows.remove(key);
      expect(await store.find(key), text).toBeUndefined();
    }
  },

  "a unique index refuses what a row would become, by name, and no row is changed": async (bench) => {
    const indexes = [
      { name: `${bench.tableName()}_owner`, fields: ["owner"], unique: true },
      { name: `${bench.tableName()}_serial`, fields: ["tenant", "serial"], unique: true },
    ];
    const table = await created(bench, entries(bench, { indexes }));
    const store = bench.stores.store(bench.db, table);
    const rows = bench.stores.rows(bench.db, table);
    await rows.upsert(first, { owner: "ann", serial: 1n });
    await rows.upsert({ tenant: "a", number: 2 }, { owner: "bob", serial: 2n });
    const before = (await store.list()).rows;
    for (const [write, index] of [
      [() => rows.upsert({ tenant: "a", number: 3 }, { owner: "ann", serial: 3n }), 0],
      [() => rows.upsert({ tenant: "a", number: 2 }, { owner: "ann" }), 0],
      [() => rows.increment({ tenant: "a", number: 3 }, { serial: 2n }), 1],
      [() => rows.increment(first, { serial: 1n }), 1],
      [() => rows.increment({ tenant: "a", number: 2 }, { serial: -1n }), 1],
    ] as const) {
      await expect(write()).rejects.toMatchObject({
        code: "already_exists",
        details: { table: table.name, uniqueIndex: expect.stringContaining(indexes[index]?.name ?? "") },
      });
      expect((await store.list()).rows).toEqual(before);
    }
    await rows.increment(first, { serial: 2n });
    expect(await store.find(first)).toMatchObject({ serial: 3n });
  },

  "what many programs add to one number is all there": async (bench) => {
    const table = await created(bench, entries(bench));
    const programs = Array.from({ length: 4 }, () => bench.stores.rows(bench.more(), table));
    await Promise.all(
      Array.from({ length: 80 }, (_, n) => programs[n % 4]?.increment(first, { amount: 1n, score: 0.5, serial: 2n })),
    );
    await Promise.all(Array.from({ length: 20 }, (_, n) => programs[n % 4]?.increment(first, { serial: -1n })));
    expect(await bench.stores.store(bench.db, table).find(first)).toMatchObject({
      amount: 80n,
      score: 40,
      serial: 140n,
    });
  },

  "calls that nobody awaits keep their order, beside other queries of the transaction": async (bench) => {
    const table = await created(bench, entries(bench));
    await prepareRows(bench.db);
    const twice = { amount: sql<bigint>`amount * 2` };
    await bench.db.transaction().execute(async (transaction) => {
      const tx = orderedTransaction(transaction);
      const rows = bench.stores.rows(tx, table);
      const double = () => tx.updateTable(table.name).set(twice).where("tenant", "=", "a").execute();
      const under: Promise<unknown>[] = [rows.upsert(first, { amount: 100n }), rows.remove(first)];
      under.push(rows.increment(first, { amount: 1n }), double(), rows.increment(first, { amount: 3n }), double());
      // Whatever comes when one of them is done does not overtake those that wait.
      await under[2];
      under.push(rows.increment(first, { amount: 5n }), double(), rows.increment(first, { serial: 9n }));
      under.push(rows.increment(first, { serial: -2n }), rows.upsert(first, { owner: "ann" }));
      under.push(rows.upsert(first, { owner: "bob" }), double());
      await Promise.all(under);
      expect(tx.isTransaction).toBe(true);
      expect((await tx.introspection.getTables()).map(({ name }) => name)).toContain(table.name);
    });
    expect(await bench.stores.store(bench.db, table).find(first)).toEqual(
      create(EntrySchema, { ...first, owner: "bob", amount: 60n, serial: 7n }),
    );
  },

  "a query that fails holds up none of those behind it": async (bench) => {
    const table = await created(bench, entries(bench));
    const done = bench.db.transaction().execute(async (transaction) => {
      const tx = orderedTransaction(transaction);
      const missing = tx.selectFrom("nothing").selectAll().execute();
      const [failed, next] = await Promise.allSettled([missing, bench.stores.rows(tx, table).upsert(first, {})]);
      expect(failed.status).toBe("rejected");
      // Postgres takes no more of a transaction after a failure, and says so.
      expect(next.status).toBe(bench.family === "postgres" ? "rejected" : "fulfilled");
      throw new Error("no");
    });
    await expect(done).rejects.toThrow("no");
    expect(await bench.stores.store(bench.db, table).list()).toEqual({ rows: [] });
  },

  "the rows of states are not written so": async (bench) => {
    const table = await created(bench, entries(bench, { kind: "state", key: ["tenant"] }));
    expect(() => bench.stores.rows(bench.db, table)).toThrow("which only the engine writes");
  },

  "rows are written in the schema that is asked for": async (bench: Bench) => {
    const schema = `${bench.tableName()}_schema`;
    if (bench.family === "sqlite") return;
    await bench.db.schema.createSchema(schema).execute();
    const db = bench.db.withSchema(schema);
    const table = entries(bench);
    await bench.stores.createTables(db, [table]);
    await bench.stores.createTables(bench.db, [table]);
    for (const rows of [
      bench.stores.rows(db, table),
      bench.stores.rows(bench.db, table),
      bench.stores.rows(db, table),
    ]) {
      await rows.upsert(first, { owner: "ann" });
      await rows.increment(first, { amount: 1n, serial: 1n });
      await rows.increment(first, { serial: -1n });
    }
    expect(await bench.stores.store(db, table).find(first)).toMatchObject({ amount: 2n });
    expect(await bench.stores.store(bench.db, table).find(first)).toMatchObject({ amount: 1n });
    await bench.db.schema.dropTable(`${schema}.${table.name}`).execute();
    await bench.db.schema.dropSchema(schema).execute();
  },
};
