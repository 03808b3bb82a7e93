import { sqliteDialect } from "@ego/runtime/sqlite";
import { expect, test } from "vitest";
import { benchOn } from "./bench.ts";
import { checks } from "./checks.ts";
import { saboteurs } from "./saboteurs.ts";
import { realStores, type Stores } from "./stores.ts";

/** Looks at a promise of stores, on SQLite in memory. */
async function run(name: string, stores: Stores): Promise<void> {
  await using bench = benchOn(() => sqliteDialect({ filename: ":memory:" }), "sqlite", stores);
  // Each connection would have a memory of its own.
  await checks[name]?.({ ...bench, more: () => bench.db });
}

test.each(Object.keys(checks))("the stores of the runtime keep: %s", (name) => run(name, realStores));

const caught: Readonly<Record<string, string>> = {
  "loses the sign of a zero": "every scalar comes back as it was, unset or not",
  "makes a default of what is unset": "unset is null, and the default is not",
  "keeps unsigned integers without their zeros in front": "a row of plain Kysely becomes a message",
  "pages by counting rows": "a row that comes or goes between two pages moves no other",
  "skips ties between two pages": "pages add up to what a list in memory has, over nulls and ties, up and down",
  "overwrites a state whatever its revision": "of writes that expect one revision, one wins",
  "overwrites the row that a unique index protects": "a unique index refuses a row by name, and changes no other row",
  "reads a number, adds to it, and writes it": "what many programs add to one number is all there",
  "lets calls overtake each other":
    "calls that nobody awaits keep their order, beside other queries of the transaction",
  "does what is sent together in an order of its own":
    "rows that are sent together come to what a model in memory has; the first that is refused is named",
  "names the last of those that are sent together":
    "of rows that are sent together, the index that refuses one is named; nothing is kept",
  "names the first of those that went in one statement":
    "of many that differ in their values alone, each is done in its turn, and the one that is refused is named",
  "goes on behind the one that failed, and says nothing":
    "rows that are sent together come to what a model in memory has; the first that is refused is named",
  "sends together what was asked for later":
    "rows that are sent together keep their place beside other queries, also if nobody awaits them",
  "keeps what it is given until it is sent":
    "what is no row is refused when it is given, and not among those that are sent",
  "overwrites what is not given": "rows come to what a model in memory has",
  "creates what is missing, and looks at nothing that is there":
    "a table with another key, or with a column that nobody fills, is refused",
};

test.each(Object.entries(saboteurs))("a store that %s is caught", async (name, stores) => {
  const promise = caught[name] ?? "";
  expect(checks).toHaveProperty([promise]);
  await expect(run(promise, stores)).rejects.toThrow();
});
