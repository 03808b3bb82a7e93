import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { EgoError } from "../../error/ego-error.ts";
import type { ManyConnection } from "../../tables/row-batch.ts";
import { rowsTogether } from "../../tables/rows-together.ts";
import type { TableShape } from "../../tables/table-shape.ts";
import { writeFailure } from "../../tables/violation.ts";
import { appendOf } from "../testdata/appends.ts";
import { insert, places, shared } from "../testdata/worker-database.ts";
import { sqliteFailure } from "./sqlite-failure.ts";

const shape: TableShape = {
  name: "goods",
  rowType: "test.Goods",
  columns: ["id", "n", "data"].map((name) => ({ name, kind: "text", nullable: true, initial: null, sorted: false })),
  key: [0],
  indexes: [{ name: "goods_n", columns: [1], unique: true }],
  beside: [],
  revision: false,
};

describe.each(places)("by %s in %s", (driver, place) => {
  const fresh = shared(driver, place);

  describe("values", () => {
    test("integers come as numbers where those are exact, else as bigints; bytes as bytes", async () => {
      const { setup } = await fresh();
      const counts = [0, -1, Number.MAX_SAFE_INTEGER, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n), null];
      const rows = counts.map((n, index) => ({ id: `i-${index}`, n, data: n === 0 ? null : Uint8Array.of(index) }));
      const [inserted] = await setup.db.insertInto("goods").values(rows).execute();
      expect(inserted).toMatchObject({ numInsertedOrUpdatedRows: 7n, insertId: 7n });
      expect(await setup.db.selectFrom("goods").selectAll().orderBy("id").execute()).toStrictEqual(rows);
      const streamed: unknown[] = [];
      for await (const row of setup.db.selectFrom("goods").selectAll().orderBy("id").stream()) streamed.push(row);
      expect(streamed).toStrictEqual(rows);
    });

    test("a statement that gives rows gives them, whatever it does", async () => {
      const { setup } = await fresh();
      const row = { id: "a", n: 1, data: Uint8Array.of(1, 2) };
      const rows = await setup.db.transaction().execute((tx) =>
        // Of a part of a buffer, that part is sent.
        tx
          .insertInto("goods")
          .values({ ...row, data: Buffer.from([9, 1, 2, 9]).subarray(1, 3) })
          .returningAll()
          .execute(),
      );
      expect(rows).toStrictEqual([row]);
      const [deleted] = await setup.db.deleteFrom("goods").execute();
      expect(deleted).toEqual({ numDeletedRows: 1n });
    });

    test("what cannot be bound is refused, and takes nothing along that is sent with it", async () => {
      const { setup } = await fresh();
      await setup.db.transaction().execute(async (tx) => {
        const bad = [true, undefined, Symbol("s"), { a: 1 }, new Date(0)];
        const statements = bad.map((value) => sql`select ${sql.val(1)}, ${sql.val(value)}`.execute(tx));
        const good = insert(tx, "a");
        const outcomes = await Promise.allSettled(statements);
        for (const outcome of outcomes) {
          expect(outcome).toMatchObject({
            status: "rejected",
            reason: { code: "invalid_argument", message: expect.stringContaining("Parameter 2 of a statement is ") },
          });
        }
        await good;
      });
      expect(await setup.ids()).toEqual(["a"]);
    });

    test("statements are kept prepared by their text, also when the table changes, and when they are many", async () => {
      const { setup } = await fresh();
      await insert(setup.db, "a", 1);
      const all = () => sql`select * from goods`.execute(setup.db);
      expect((await all()).rows).toEqual([{ id: "a", n: 1, data: null }]);
      await setup.db.schema.alterTable("goods").addColumn("more", "text").execute();
      expect((await all()).rows).toEqual([{ id: "a", n: 1, data: null, more: null }]);
      const numbers = Array.from({ length: 600 }, (_, n) => n);
      const answers = await setup.db.transaction().execute((tx) =>
        Promise.all(
          [...numbers, ...numbers].map(async (n) => {
            const { rows } = await sql<{ v: number }>`select ${sql.lit(n)} as v, ${n} as p`.execute(tx);
            return rows[0]?.v;
          }),
        ),
      );
      expect(answers).toEqual([...numbers, ...numbers]);
    });
  });

  describe("a transaction", () => {
    test("is committed when its function returns, and rolled back when it throws", async () => {
      const { setup } = await fresh();
      const result = await setup.db.transaction().execute(async (tx) => {
        await insert(tx, "a");
        return setup.ids(tx);
      });
      expect(result).toEqual(["a"]);
      const failure = new Error("no");
      await expect(
        setup.db.transaction().execute(async (tx) => {
          await insert(tx, "b");
          throw failure;
        }),
      ).rejects.toBe(failure);
      expect(await setup.ids()).toEqual(["a"]);
    });

    test("counts as one of the store's", async () => {
      const { setup } = await fresh();
      const before = await setup.client.ask("statistics", null);
      await setup.db.transaction().execute((tx) => Promise.all([insert(tx, "a"), insert(tx, "b")]));
      const rolledBack = setup.db.transaction().execute(async () => Promise.reject(new Error("no")));
      await expect(rolledBack).rejects.toThrow("no");
      expect((await setup.client.ask("statistics", null)).transactions).toBe(before.transactions + 1);
    });

    test("sends a thousand statements that are not awaited one by one in at most two messages, in their order", async () => {
      const { setup } = await fresh();
      const last = await setup.db.transaction().execute(async (tx) => {
        const before = setup.sent.length;
        const upserts = Array.from({ length: 1_000 }, (_, n) =>
          tx
            .insertInto("goods")
            .values({ id: `i-${n % 10}`, n, data: null })
            .onConflict((conflict) => conflict.column("id").doUpdateSet({ n }))
            .execute(),
        );
        const rows = tx.selectFrom("goods").select(["id", "n"]).orderBy("id").execute();
        await Promise.all(upserts);
        expect(setup.sent.length - before).toBeLessThanOrEqual(2);
        return rows;
      });
      expect(last).toEqual(Array.from({ length: 10 }, (_, n) => ({ id: `i-${n}`, n: 990 + n })));
    });

    test("commits what was asked in it before, also if nobody awaited that", async () => {
      const { setup } = await fresh();
      const asked: Promise<unknown>[] = [];
      await setup.db.transaction().execute(async (tx) => {
        for (let n = 0; n < 5; n++) asked.push(insert(tx, `i-${n}`));
      });
      await Promise.all(asked);
      expect(await setup.ids()).toEqual(["i-0", "i-1", "i-2", "i-3", "i-4"]);
    });

    test("keeps its place in a Kysely with plugins", async () => {
      const { setup } = await fresh();
      const scoped = setup.db.withSchema("main");
      await scoped.transaction().execute(async (tx) => {
        const before = setup.sent.length;
        await Promise.all([insert(tx, "a"), insert(tx.withoutPlugins(), "b"), insert(tx, "c")]);
        expect(setup.sent.length - before).toBe(1);
      });
      expect(await setup.ids()).toEqual(["a", "b", "c"]);
    });

    test("has savepoints", async () => {
      const { setup } = await fresh();
      const tx = await setup.db.startTransaction().execute();
      await insert(tx, "a");
      const inner = await tx.savepoint("in").execute();
      await insert(inner, "b");
      await inner.rollbackToSavepoint("in").execute();
      await insert(inner, "c");
      await inner.releaseSavepoint("in").execute();
      await tx.commit().execute();
      expect(await setup.ids()).toEqual(["a", "c"]);
    });

    test("is not ended, nor another begun, by a statement", async () => {
      const { setup, x } = await fresh();
      await setup.db.transaction().execute(async (tx) => {
        await insert(tx, "a");
        for (const text of ["commit", "/* x */ end", "ROLLBACK", "begin", "pragma query_only = on"]) {
          await expect(sql.raw(text).execute(tx)).rejects.toMatchObject({ code: "invalid_argument" });
        }
        await insert(tx, "b");
      });
      await expect(sql`begin`.execute(setup.db)).rejects.toMatchObject({ code: "invalid_argument" });
      await expect(sql`savepoint a`.execute(setup.db)).rejects.toMatchObject({
        code: "invalid_argument",
        message: "A savepoint is for statements in a transaction.",
      });
      expect(await setup.ids()).toEqual(["a", "b"]);
      expect(await setup.append(appendOf(x, 0))).toMatchObject([{ stored: true }]);
    });
  });

  describe("a statement that fails", () => {
    test("leaves the transaction as it was, and its failure says what the driver said", async () => {
      const { setup } = await fresh();
      await sql`create unique index goods_n on goods (n)`.execute(setup.db);
      await setup.db.transaction().execute(async (tx) => {
        await insert(tx, "a", 1);
        const failure: unknown = await insert(tx, "b", 1).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(failure).not.toBeInstanceOf(EgoError);
        expect(writeFailure(failure, shape)).toMatchObject({
          code: "already_exists",
          details: { table: "goods", uniqueIndex: "goods_n" },
        });
        expect(sqliteFailure(failure, setup.filename)).toMatchObject({ code: "internal" });
        await expect(sql`selec 1`.execute(tx)).rejects.toThrow('near "selec": syntax error');
        await insert(tx, "c", 2);
      });
      expect(await setup.ids()).toEqual(["a", "c"]);
    });

    test("among many is the last that is run, and is told by its place", async () => {
      const { setup } = await fresh();
      const outcome = setup.db.transaction().execute(async (tx) => {
        const [own, many] = [
          "insert into goods (id, n) values (?, ?)",
          "insert or rollback into goods (id) values (?)",
        ];
        const connection = (await tx.getExecutor().provideConnection(async (given) => given)) as ManyConnection;
        const run = (...steps: readonly (readonly [0 | 1, string])[]) =>
          connection.runMany({
            texts: [own, many],
            counts: [2, 1],
            together: [undefined, undefined],
            steps: steps.map(([step]) => step),
            values: steps.flatMap(([step, id]) => (step === 0 ? [id, 1n] : [id])),
          });
        const { changes, failed } = await run([0, "a"], [1, "b"], [0, "a"], [0, "c"]);
        expect(Array.from(changes)).toEqual([1, 1]);
        expect(failed).toMatchObject({ failure: { message: "UNIQUE constraint failed: goods.id" } });
        expect(await setup.ids(tx)).toEqual(["a", "b"]);
        // SQLite rolls back with the second.
        expect(await run([0, "d"], [1, "a"], [0, "e"])).toMatchObject({ changes: { length: 1 } });
        expect(await run([0, "f"])).toMatchObject({ changes: { length: 0 }, failed: { failure: expect.anything() } });
      });
      await expect(outcome).rejects.toThrow("SQLite rolled the transaction back");
      expect(await setup.ids()).toEqual([]);
    });

    test("among rows that go together is told by its place, and those before it are written", async () => {
      const { setup } = await fresh();
      const one = "insert into goods (id) values (?)";
      const rows = Array.from({ length: rowsTogether }, () => "(?)");
      // It can be seen which of the statements has written a row.
      const many = `insert into goods (id, n) select column1, 2 from (values ${rows.join(", ")})`;
      await setup.db.transaction().execute(async (tx) => {
        const connection = (await tx.getExecutor().provideConnection(async (given) => given)) as ManyConnection;
        const run = (ids: readonly string[]) =>
          connection.runMany({
            texts: [one],
            counts: [1],
            together: [many],
            steps: ids.map(() => 0),
            values: ids,
          });
        const named = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);
        const first = named("a", 2 * rowsTogether + 1);
        const { changes, failed } = await run(first);
        expect(failed).toBeUndefined();
        expect(Array.from(changes)).toEqual(first.map(() => 1));
        const { rows: found } = await sql<{ n: bigint }>`select n from goods order by rowid`.execute(tx);
        expect(found.map(({ n }) => Number(n))).toEqual(first.map((_, index) => (index < 2 * rowsTogether ? 2 : 0)));

        const second = [...named("b", rowsTogether + 3), "a0", ...named("c", 2 * rowsTogether)];
        const outcome = await run(second);
        expect(Array.from(outcome.changes)).toEqual(named("b", rowsTogether + 3).map(() => 1));
        expect(outcome.failed).toMatchObject({ failure: { message: "UNIQUE constraint failed: goods.id" } });
        expect((await setup.ids(tx)).filter((id) => !id.startsWith("a"))).toEqual(
          named("b", rowsTogether + 3).toSorted(),
        );
      });
    });

    test("and with which SQLite rolls back ends the transaction: nothing is written outside of it", async () => {
      const { setup } = await fresh();
      await insert(setup.db, "a");
      const outcome = setup.db.transaction().execute(async (tx) => {
        await insert(tx, "b");
        const failing = sql`insert or rollback into goods (id) values ('a')`.execute(tx);
        const after = [insert(tx, "c"), sql`select 1`.execute(tx)];
        await expect(failing).rejects.toThrow("UNIQUE constraint failed: goods.id");
        for (const outcome of await Promise.allSettled(after)) {
          expect(outcome).toMatchObject({
            status: "rejected",
            reason: {
              message: expect.stringContaining("SQLite rolled the transaction back when a statement in it failed"),
            },
          });
        }
        await expect(insert(tx, "d")).rejects.toThrow("SQLite rolled the transaction back");
      });
      await expect(outcome).rejects.toThrow("SQLite rolled the transaction back");
      expect(await setup.ids()).toEqual(["a"]);
      await setup.db.transaction().execute((tx) => insert(tx, "e"));
      expect(await setup.ids()).toEqual(["a", "e"]);
    });

    test("at the commit rolls back, and what waited goes on", async () => {
      const { setup, x } = await fresh();
      await sql`create table parts (
        item text references goods (id) deferrable initially deferred)`.execute(setup.db);
      let waiting: Promise<unknown> = Promise.resolve();
      const outcome = setup.db.transaction().execute(async (tx) => {
        await insert(tx, "a");
        await sql`insert into parts values ('none')`.execute(tx);
        waiting = setup.append(appendOf(x, 0));
      });
      await expect(outcome).rejects.toThrow("FOREIGN KEY constraint failed");
      expect(await waiting).toMatchObject([{ stored: true }]);
      expect(await setup.ids()).toEqual([]);
    });
  });

  describe("a statement that comes too late", () => {
    test.each(["commit", "rollback"] as const)("after a %s fails, and is not run", async (end) => {
      const { setup } = await fresh();
      const session = await setup.session();
      // Past Kysely's own check: to the connection itself, and to the worker.
      const connection = await session.tx.getExecutor().provideConnection(async (given) => given);
      await insert(session.tx, "a");
      await session[end]();
      const next = await setup.session();
      const query = sql`insert into goods (id) values ('late')`.compile(setup.db);
      await expect(insert(session.tx, "late")).rejects.toThrow("Transaction is already");
      await expect(connection.executeQuery(query)).rejects.toMatchObject({
        code: "invalid_argument",
        message: expect.stringContaining("Await every statement before that."),
      });
      const list = { texts: [query.sql], counts: [0], together: [undefined], steps: [0], values: [] };
      await expect((connection as ManyConnection).runMany(list)).rejects.toMatchObject({ code: "invalid_argument" });
      const { number: over } = session;
      const refused = { code: "unavailable", message: expect.stringContaining("The transaction is over") };
      const request = { session: over, sql: query.sql, parameters: [] };
      await expect(setup.client.ask("query", request)).rejects.toMatchObject(refused);
      expect(await setup.client.ask("statements", { session: over, ...list })).toMatchObject({
        changes: { length: 0 },
        failure: refused,
      });
      await expect(setup.client.ask("commit", over)).rejects.toMatchObject(refused);
      await expect(setup.client.ask("rollback", over)).rejects.toMatchObject(refused);
      await insert(next.tx, "b");
      await next.commit();
      expect(await setup.ids()).toEqual(end === "commit" ? ["a", "b"] : ["b"]);
    });
  });
});
