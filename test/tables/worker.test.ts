import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { places, Setup } from "../../runtime/src/stores/testdata/worker-database.ts";
import { batchChecks } from "./batch-checks.ts";
import type { Bench } from "./checks.ts";
import { rowChecks } from "./row-checks.ts";
import { type AnyDatabase, realStores, type Stores } from "./stores.ts";

// Rows in the transactions of a store's worker: many writes go to it in one message.

describe.each(places)("by %s in %s", (driver, place) => {
  let setup: Setup;
  let tables = 0;
  beforeAll(async () => {
    setup = await Setup.open(driver, place);
  });
  afterAll(async () => setup[Symbol.asyncDispose]());

  function benchWith(stores: Stores): Bench {
    const db = setup.db as unknown as AnyDatabase;
    return { stores, family: "sqlite", db, more: () => db, tableName: () => `table_${++tables}` };
  }

  test.each(Object.entries({ ...rowChecks, ...batchChecks }))("%s", (_, check) => check(benchWith(realStores)));

  test("rows that are sent together go in one message", async () => {
    const bench = benchWith({
      ...realStores,
      rows(db, table) {
        const rows = realStores.rows(db, table);
        return {
          ...rows,
          batch() {
            const batch = rows.batch();
            return {
              ...batch,
              async send() {
                const before = setup.sent.length;
                const failed = await batch.send();
                expect(setup.sent.slice(before).map((requests) => requests.map(({ kind }) => kind))).toEqual([
                  ["statements"],
                ]);
                return failed;
              },
            };
          },
        };
      },
    });
    await batchChecks["of rows that are sent together, the index that refuses one is named; nothing is kept"]?.(bench);
  });
});
