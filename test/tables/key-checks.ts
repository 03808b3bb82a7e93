import { create } from "@bufbuild/protobuf";
import { expect } from "vitest";
import { idMessage } from "../../runtime/src/stores/testdata/kinds.ts";
import { EntrySchema } from "../domain/gen/ledger/v1/ledger_pb.ts";
import type { Check } from "./checks.ts";
import { created, entries, tableOf } from "./tables.ts";

const lookAlikes = [
  "a",
  "A",
  "\u00e4",
  "a\u0308",
  "\u00c4",
  "a ",
  " a",
  "",
  " ",
  "ss",
  "\u00df",
  "\u{1f600}",
  "\u{1f601}",
  "i",
  "\u0131",
  "%",
  "_",
  "\\",
  "'",
  "a\nb",
];

/** Rows are found by their keys, and by nothing that looks like them. */
export const keyChecks: Readonly<Record<string, Check>> = {
  "texts that look alike are different keys": async (bench) => {
    const store = bench.stores.store(bench.db, await created(bench, entries(bench, { key: ["tenant"] })));
    for (const tenant of lookAlikes) await store.upsert(create(EntrySchema, { tenant, owner: `of ${tenant}` }));
    for (const tenant of lookAlikes)
      expect(await store.find(tenant), tenant).toMatchObject({ tenant, owner: `of ${tenant}` });
    const { rows } = await store.list();
    // By the bytes of UTF-8.
    const sorted = lookAlikes.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(rows.map((row) => (row as unknown as { tenant: string }).tenant)).toEqual(sorted);
    expect(await store.delete("a")).toBe(true);
    expect(await store.find("A")).toBeDefined();
    expect(await store.find("a ")).toBeDefined();
  },

  "integers of any size are keys": async (bench) => {
    for (const [type, values] of [
      ["int64", [-(2n ** 63n), -1n, 0n, 2n ** 53n + 1n, 2n ** 53n + 2n, 2n ** 63n - 1n]],
      ["uint64", [0n, 9n, 10n, 2n ** 63n, 2n ** 64n - 2n, 2n ** 64n - 1n]],
      ["int32", [-(2 ** 31), -1, 0, 2 ** 31 - 1]],
      ["uint32", [0, 2 ** 31, 2 ** 32 - 1]],
    ] as const) {
      const message = idMessage(type);
      const store = bench.stores.store(bench.db, await created(bench, tableOf(bench, message, { key: ["id"] })));
      for (const title of ["first", ""]) {
        for (const id of values.toReversed())
          await store.upsert(create(message, { id, title: title || `${id}` } as never));
      }
      for (const id of values) expect(await store.find(id), `${type} ${id}`).toMatchObject({ id, title: `${id}` });
      expect(
        (await store.list()).rows.map((row) => (row as unknown as { id: unknown }).id),
        type,
      ).toEqual(values);
      await expect(store.find("x")).rejects.toMatchObject({ code: "invalid_argument" });
    }
  },

  "a key of two fields is both of them": async (bench) => {
    const store = bench.stores.store(bench.db, await created(bench, entries(bench)));
    for (const [tenant, number] of [
      ["a", 1],
      ["a", 2],
      ["b", 1],
    ] as const) {
      await store.upsert(create(EntrySchema, { tenant, number, owner: `${tenant}${number}` }));
    }
    expect(await store.find({ tenant: "b", number: 1 })).toMatchObject({ owner: "b1" });
    expect(await store.find({ tenant: "b", number: 2 })).toBeUndefined();
    expect(await store.delete({ tenant: "a", number: 1 })).toBe(true);
    expect(await store.delete({ tenant: "a", number: 1 })).toBe(false);
    expect((await store.list()).rows).toHaveLength(2);
  },

  "what is no key is refused before the database sees it": async (bench) => {
    const store = bench.stores.store(bench.db, await created(bench, entries(bench)));
    for (const key of [
      undefined,
      null,
      "a",
      {},
      { tenant: "a" },
      { tenant: "a", number: -1 },
      { tenant: 5, number: 1 },
    ]) {
      await expect(store.find(key), JSON.stringify(key)).rejects.toMatchObject({ code: "invalid_argument" });
    }
  },

  "a key that is too long for the database is refused, not cut off": async (bench) => {
    const store = bench.stores.store(bench.db, await created(bench, entries(bench, { key: ["tenant"] })));
    const longest = "\u{1f600}".repeat(255);
    await store.upsert(create(EntrySchema, { tenant: longest }));
    expect(await store.find(longest)).toBeDefined();
    // Postgres compresses what repeats itself.
    const tooLong = Array.from({ length: 20_000 }, (_, n) => String.fromCodePoint(0x4e00 + ((n * 7919) % 20_000))).join(
      "",
    );
    const written = store.upsert(create(EntrySchema, { tenant: tooLong }));
    if (bench.family === "sqlite") await written;
    else await expect(written).rejects.toMatchObject({ code: "invalid_argument" });
  },
};
