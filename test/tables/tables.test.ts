import { afterAll, beforeAll, test } from "vitest";
import type { TestDatabase } from "../servers/database.ts";
import { describeDatabases } from "../servers/databases.ts";
import { benchOn } from "./bench.ts";
import { type Bench, checks } from "./checks.ts";
import { realStores } from "./stores.ts";

describeDatabases(({ open, family }) => {
  let database: TestDatabase;
  let bench: Bench & AsyncDisposable;

  beforeAll(async () => {
    database = await open();
    bench = benchOn(() => database.dialect(), family, realStores);
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
    await database.close();
  });

  test.each(Object.entries(checks))("%s", async (_, check) => check(bench));
});
