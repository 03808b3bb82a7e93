import { create } from "@bufbuild/protobuf";
import { CompiledQuery, Kysely } from "kysely";
import { expect, test } from "vitest";
import { EntrySchema } from "../domain/gen/ledger/v1/ledger_pb.ts";
import type { Database } from "../servers/database.ts";
import { describeDatabases } from "../servers/databases.ts";
import { indexFields } from "./list-model.ts";
import { type AnyDatabase, type AnyQuery, realStores } from "./stores.ts";
import { entries, written } from "./tables.ts";

// None of the index with three texts: with the key, it is longer than what MariaDB reads in order.
const queries: readonly AnyQuery[] = [
  {},
  { where: { tenant: "t1" } },
  { where: { owner: "o3" } },
  { where: { label: "l1" } },
  { where: { label: null } },
  { where: { label: null, amount: 5n } },
];

describeDatabases((database) => {
  test("each page is a range of an index, which has its rows in order", async () => {
    await using opened = await database.open();
    const lists: CompiledQuery[] = [];
    const db: AnyDatabase = new Kysely({
      dialect: opened.dialect(),
      log: ({ query }) => void (/^select .* limit/.test(query.sql) && lists.push(query)),
    });
    const bench = { db, stores: realStores, family: database.family, more: () => db, tableName: () => "listed" };
    const table = entries(bench, { indexes: indexFields.map((fields, n) => ({ name: `listed_${n}`, fields })) });
    await realStores.createTables(db, [table]);
    await written(
      bench,
      table,
      Array.from({ length: 2_000 }, (_, n) => entryOf(n)),
    );
    const store = realStores.store(db, table);
    for (const query of queries) {
      for (const order of ["ascending", "descending"] as const) {
        const page = { ...query, order, limit: 10 };
        await store.list({ ...page, after: (await store.list(page)).next });
      }
    }
    expect(lists.length).toBeGreaterThanOrEqual(queries.length * 4);
    for (const { sql, plan } of await plansOf(database, db, lists.splice(0))) {
      expect(plan, sql).toMatch(/index|key:(PRIMARY|listed_)/i);
      expect(plan, sql).not.toMatch(/sort|temp b-tree/i);
    }
    await db.destroy();
  });
});

function entryOf(n: number) {
  return create(EntrySchema, {
    tenant: `t${n % 50}`,
    number: n,
    owner: `o${n % 20}`,
    ...(n % 3 === 0 ? {} : { label: `l${n % 7}` }),
    ...(n % 2 === 0 ? {} : { amount: BigInt(n % 30) }),
    ...(n % 5 === 0 ? {} : { open: n % 4 === 0 }),
  });
}

/** What the database says of how it would run queries: with statistics, and no other way if there is an index. */
async function plansOf({ family }: Database, db: AnyDatabase, lists: readonly CompiledQuery[]) {
  const settings = {
    sqlite: [],
    postgres: ["analyze listed", "set enable_sort = off", "set enable_seqscan = off", "set enable_bitmapscan = off"],
    mysql: ["analyze table listed"],
  }[family];
  return db.connection().execute(async (connection) => {
    for (const setting of settings) await connection.executeQuery(CompiledQuery.raw(setting));
    const plans: { sql: string; plan: string }[] = [];
    for (const { sql, parameters } of lists) {
      const explain = family === "sqlite" ? "explain query plan" : "explain";
      const { rows } = await connection.executeQuery(CompiledQuery.raw(`${explain} ${sql}`, [...parameters]));
      plans.push({
        sql,
        plan: (rows as object[])
          .flatMap(Object.entries)
          .map(([name, value]) => `${name}:${value}`)
          .join("\n"),
      });
    }
    return plans;
  });
}
