import { afterAll, describe, expect, test } from "vitest";
import { describeStore } from "../testing/contract/describe-store.ts";
import { storeContract } from "../testing/contract/store-contract.ts";
import { sqliteStore } from "./sql/sqlite.ts";
import { describeStores, storeCases } from "./testdata/stores.ts";

const runner = { describe, test, afterAll };

describeStores("the contract of stores, kept by", (store) => describeStore(store, runner));

describeStore(
  {
    name: "sqlite in memory",
    lacks: ["reopening", "sharing"],
    journal(entities) {
      const store = sqliteStore({ filename: ":memory:" });
      return {
        async open() {
          await store.open?.(entities);
          return store;
        },
        [Symbol.asyncDispose]: async () => store.close?.(),
      };
    },
  },
  runner,
);

test("the contract was put to more stores than that in memory", () => {
  const there = storeCases.filter(({ skipped }) => skipped === undefined).map(({ name }) => name);
  const skipped = storeCases.flatMap((store) => (store.skipped === undefined ? [] : `${store.name}: ${store.skipped}`));
  console.info(`contract of stores: ${storeContract.length} cases on ${[...there, "sqlite in memory"].join(", ")}`);
  for (const store of skipped) console.info(`contract of stores: skipped on ${store}`);
  expect(there).toContain("sqlite");
});
