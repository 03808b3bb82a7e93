import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Kysely, sql } from "kysely";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testdata/appends.ts";
import { sqliteDialect } from "./sqlite.ts";

interface Database {
  items: { id: string; count: number | bigint; data: Uint8Array | null };
}

function openAt(path: string, readOnly = false): Kysely<Database> & AsyncDisposable {
  return new Kysely<Database>({ dialect: sqliteDialect({ filename: join(path, "shop.db"), readOnly }) });
}

async function withItems(path: string): Promise<void> {
  await using db = openAt(path);
  await db.schema
    .createTable("items")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("count", "integer")
    .addColumn("data", "blob")
    .execute();
}

test("integers come as numbers where those are exact, else as bigints; bytes as bytes", async () => {
  using folder = temporaryFolder();
  await withItems(folder.path);
  await using db = openAt(folder.path);
  const counts = [0, -1, Number.MAX_SAFE_INTEGER, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)];
  const rows = counts.map((count, n) => ({ id: `i-${n}`, count, data: n === 0 ? null : Uint8Array.of(n) }));
  const inserted = await db.insertInto("items").values(rows).executeTakeFirstOrThrow();
  expect(inserted.numInsertedOrUpdatedRows).toBe(BigInt(rows.length));
  expect(await db.selectFrom("items").selectAll().orderBy("id").execute()).toStrictEqual(rows);
  expect(
    await db
      .selectFrom("items")
      .select((eb) => eb.fn.countAll().as("n"))
      .execute(),
  ).toStrictEqual([{ n: 6 }]);
  const streamed: unknown[] = [];
  for await (const row of db.selectFrom("items").selectAll().orderBy("id").stream()) streamed.push(row);
  expect(streamed).toStrictEqual(rows);
});

test("a statement that returns rows gives them, whatever it does", async () => {
  using folder = temporaryFolder();
  await withItems(folder.path);
  await using db = openAt(folder.path);
  expect(await db.insertInto("items").values({ id: "a", count: 1, data: null }).returningAll().execute()).toStrictEqual(
    [{ id: "a", count: 1, data: null }],
  );
  expect((await sql`pragma user_version`.execute(db)).rows).toStrictEqual([{ user_version: 0 }]);
});

test("a read-only database is read and not changed", async () => {
  using folder = temporaryFolder();
  await withItems(folder.path);
  await using db = openAt(folder.path, true);
  expect(await db.selectFrom("items").selectAll().execute()).toEqual([]);
  await expect(db.deleteFrom("items").execute()).rejects.toThrow("readonly");
  expect(await db.transaction().execute((tx) => tx.selectFrom("items").selectAll().execute())).toEqual([]);
});

test("a read-only database that does not exist is not created", async () => {
  using folder = temporaryFolder();
  await using db = openAt(folder.path, true);
  await expect(db.selectFrom("items").selectAll().execute()).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("does not exist. Start the engine once, which creates it."),
  });
});

test("a transaction holds the write lock from its start, and rolls back what fails", async () => {
  using folder = temporaryFolder();
  await withItems(folder.path);
  await using db = openAt(folder.path);
  const other = new DatabaseSync(join(folder.path, "shop.db"), { timeout: 0 });
  const failed = db.transaction().execute(async (tx) => {
    await tx.selectFrom("items").selectAll().execute();
    expect(() => other.exec("begin immediate")).toThrow("locked");
    await tx.insertInto("items").values({ id: "a", count: 1, data: null }).execute();
    throw new Error("no");
  });
  await expect(failed).rejects.toThrow("no");
  expect(await db.selectFrom("items").selectAll().execute()).toEqual([]);
  other.close();
});
