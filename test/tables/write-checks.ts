import { create } from "@bufbuild/protobuf";
import { expect } from "vitest";
import { EntrySchema, PartsSchema } from "../domain/gen/ledger/v1/ledger_pb.ts";
import type { Check } from "./checks.ts";
import { created, entries } from "./tables.ts";

const entry = (tenant: string, number: number, fields: object = {}) =>
  create(EntrySchema, { tenant, number, ...fields } as never);

/** What a write does, and does not do. */
export const writeChecks: Readonly<Record<string, Check>> = {
  "an upsert overwrites all columns of the row with its key": async (bench) => {
    const store = bench.stores.store(bench.db, await created(bench, entries(bench)));
    await store.upsert(entry("a", 1, { owner: "ann", label: "x", amount: 5n }));
    await store.upsert(entry("a", 2, { owner: "bob" }));
    await store.upsert(entry("a", 1, { owner: "eve" }));
    expect((await store.list()).rows).toEqual([entry("a", 1, { owner: "eve" }), entry("a", 2, { owner: "bob" })]);
  },

  "a row whose columns are all key is written again and again": async (bench) => {
    const table = entries(bench, { columns: { tenant: "tenant", number: "number" } });
    const store = bench.stores.store(bench.db, await created(bench, table));
    await store.upsert(entry("a", 1));
    await store.upsert(entry("a", 1));
    expect((await store.list()).rows).toHaveLength(1);
  },

  "what is no value of its field is refused, and nothing is stored": async (bench) => {
    const store = bench.stores.store(bench.db, await created(bench, entries(bench)));
    for (const [field, value] of [
      ["tenant", 5],
      ["number", "1"],
      ["number", 2 ** 32],
      ["amount", 5],
      ["amount", 2n ** 63n],
      ["score", "1.5"],
      ["serial", "abc"],
      ["serial", -1n],
      ["open", "yes"],
    ]) {
      const row = Object.assign(entry("a", 1), { [field as string]: value });
      await expect(store.upsert(row), String(field)).rejects.toMatchObject({ code: "invalid_argument" });
    }
    for (const row of [null, undefined, { tenant: "a", number: 1 }, create(PartsSchema)]) {
      await expect(store.upsert(row as never)).rejects.toMatchObject({ code: "invalid_argument" });
    }
    expect(await store.list()).toEqual({ rows: [] });
  },

  "a unique index refuses a row by name, and changes no other row": async (bench) => {
    const indexes = [
      { name: `${bench.tableName()}_owner`, fields: ["owner"], unique: true },
      { name: `${bench.tableName()}_serial`, fields: ["tenant", "serial"], unique: true },
    ];
    const table = await created(bench, entries(bench, { indexes }));
    const store = bench.stores.store(bench.db, table);
    await store.upsert(entry("a", 1, { owner: "ann", serial: 1n }));
    await store.upsert(entry("a", 2, { owner: "bob", serial: 2n }));
    const rows = (await store.list()).rows;
    for (const [row, index] of [
      [entry("a", 3, { owner: "ann", serial: 3n }), 0],
      [entry("a", 3, { owner: "eve", serial: 2n }), 1],
      [entry("a", 1, { owner: "bob", serial: 1n }), 0],
      [entry("a", 2, { owner: "bob", serial: 1n }), 1],
    ] as const) {
      await expect(store.upsert(row)).rejects.toMatchObject({
        code: "already_exists",
        message: expect.stringMatching(
          new RegExp(`Table "${table.name}" of ledger.v1.Entry .*"${indexes[index]?.name}"`),
        ),
        details: { table: table.name, uniqueIndex: expect.stringContaining(indexes[index]?.name ?? "") },
      });
      expect((await store.list()).rows).toEqual(rows);
    }
    await store.upsert(entry("b", 1, { owner: "eve", serial: 1n }));
    expect((await store.list()).rows).toHaveLength(3);
  },

  "nulls of a unique index are not the same": async (bench) => {
    const indexes = [{ name: `${bench.tableName()}_label`, fields: ["label"], unique: true }];
    const store = bench.stores.store(bench.db, await created(bench, entries(bench, { indexes })));
    await store.upsert(entry("a", 1));
    await store.upsert(entry("a", 2));
    expect((await store.list({ where: { label: null } })).rows).toHaveLength(2);
  },

  "a state is written at the revision that is expected, and at no other": async (bench) => {
    const table = await created(bench, entries(bench, { kind: "state", key: ["tenant"] }));
    const store = bench.stores.stateStore(bench.db, table);
    expect(await store.upsert(entry("a", 1), { expectedRevision: 0 })).toBe(1);
    expect(await store.upsert(entry("a", 2), { expectedRevision: 1 })).toBe(2);
    for (const expectedRevision of [0, 1, 3]) {
      await expect(store.upsert(entry("a", 9), { expectedRevision })).rejects.toMatchObject({
        code: "conflict",
        details: { table: table.name, expectedRevision, revision: 2 },
      });
    }
    await expect(store.upsert(entry("b", 1), { expectedRevision: 1 })).rejects.toMatchObject({
      code: "conflict",
      details: { expectedRevision: 1, revision: 0 },
    });
    expect(await store.find("a")).toEqual({ state: entry("a", 2), revision: 2 });
    expect(await store.find("b")).toBeUndefined();
    expect(await store.upsert(entry("b", 1), { expectedRevision: 0, revision: 7 })).toBe(7);
    expect(await store.find("b")).toMatchObject({ revision: 7 });
    await expect(store.upsert(entry("c", 1), { expectedRevision: -1 })).rejects.toMatchObject({
      code: "invalid_argument",
    });
  },

  "a state is removed at the revision that is expected, or at any": async (bench) => {
    const store = bench.stores.stateStore(
      bench.db,
      await created(bench, entries(bench, { kind: "state", key: ["tenant"] })),
    );
    await store.upsert(entry("a", 1), { expectedRevision: 0 });
    await expect(store.delete("a", { expectedRevision: 2 })).rejects.toMatchObject({
      code: "conflict",
      details: { revision: 1 },
    });
    expect(await store.delete("a", { expectedRevision: 1 })).toBe(true);
    expect(await store.delete("a", { expectedRevision: 0 })).toBe(false);
    await expect(store.delete("a", { expectedRevision: 1 })).rejects.toMatchObject({ code: "conflict" });
    await store.upsert(entry("a", 1), { expectedRevision: 0 });
    expect(await store.delete("a")).toBe(true);
    expect(await store.delete("a")).toBe(false);
  },

  "a unique index refuses a state, which keeps its revision": async (bench) => {
    const indexes = [{ name: `${bench.tableName()}_owner`, fields: ["owner"], unique: true }];
    const table = await created(bench, entries(bench, { kind: "state", key: ["tenant"], indexes }));
    const store = bench.stores.stateStore(bench.db, table);
    await store.upsert(entry("a", 1, { owner: "ann" }), { expectedRevision: 0 });
    await store.upsert(entry("b", 1, { owner: "bob" }), { expectedRevision: 0 });
    for (const [tenant, expectedRevision] of [
      ["c", 0],
      ["b", 1],
    ] as const) {
      await expect(store.upsert(entry(tenant, 1, { owner: "ann" }), { expectedRevision })).rejects.toMatchObject({
        code: "already_exists",
        details: { uniqueIndex: indexes[0]?.name },
      });
    }
    expect(await store.find("b")).toEqual({ state: entry("b", 1, { owner: "bob" }), revision: 1 });
  },

  "of writes that expect one revision, one wins": async (bench) => {
    const table = await created(bench, entries(bench, { kind: "state", key: ["tenant"] }));
    const stores = Array.from({ length: 4 }, () => bench.stores.stateStore(bench.more(), table));
    for (const expectedRevision of [0, 1, 2]) {
      const results = await Promise.allSettled(
        Array.from({ length: 12 }, (_, n) => stores[n % 4]?.upsert(entry("a", n), { expectedRevision })),
      );
      const won = results.flatMap((result, n) => (result.status === "fulfilled" ? [n] : []));
      expect(won).toHaveLength(1);
      for (const result of results) {
        if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "conflict" });
      }
      expect(await stores[0]?.find("a")).toMatchObject({ revision: expectedRevision + 1, state: { number: won[0] } });
    }
  },

  "many programs write one row of a read model": async (bench) => {
    const table = await created(bench, entries(bench));
    const stores = Array.from({ length: 4 }, () => bench.stores.store(bench.more(), table));
    await Promise.all(
      Array.from({ length: 24 }, (_, n) => stores[n % 4]?.upsert(entry("a", n % 3, { amount: BigInt(n) }))),
    );
    expect((await stores[0]?.list())?.rows).toHaveLength(3);
  },

  "a transaction holds all that was written in it, or nothing": async (bench) => {
    const table = await created(bench, entries(bench));
    const failed = bench.db.transaction().execute(async (tx) => {
      const store = bench.stores.store(tx, table);
      await store.upsert(entry("a", 1));
      expect(await store.find({ tenant: "a", number: 1 })).toBeDefined();
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    const store = bench.stores.store(bench.db, table);
    expect((await store.list()).rows).toEqual([]);
    await bench.db.transaction().execute((tx) => bench.stores.store(tx, table).upsert(entry("a", 1)));
    expect((await store.list()).rows).toHaveLength(1);
  },

  "a conflict leaves a transaction usable": async (bench) => {
    const table = await created(bench, entries(bench, { kind: "state", key: ["tenant"] }));
    await bench.db.transaction().execute(async (tx) => {
      const store = bench.stores.stateStore(tx, table);
      await store.upsert(entry("a", 1), { expectedRevision: 0 });
      await expect(store.upsert(entry("a", 2), { expectedRevision: 0 })).rejects.toMatchObject({ code: "conflict" });
      await store.upsert(entry("b", 1), { expectedRevision: 0 });
    });
    expect((await bench.stores.stateStore(bench.db, table).list()).rows).toHaveLength(2);
  },

  "the states are the engine's": async (bench) => {
    const table = await created(bench, entries(bench, { kind: "state", key: ["tenant"] }));
    expect(() => bench.stores.store(bench.db, table)).toThrow("which only the engine writes");
    expect(() => bench.stores.stateStore(bench.db, entries(bench))).toThrow("holds no states");
  },
};
