import { create, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect } from "vitest";
import { type Entry, EntrySchema } from "../domain/gen/ledger/v1/ledger_pb.ts";
import type { Bench, Check } from "./checks.ts";
import { expectedRows, fieldOf, indexFields, key } from "./list-model.ts";
import type { AnyQuery, AnyStore } from "./stores.ts";
import { created, entries, written } from "./tables.ts";

/** Pages add up to all rows, in the order that the index says. */
export const listChecks: Readonly<Record<string, Check>> = {
  "pages add up to what a list in memory has, over nulls and ties, up and down": async (bench) => {
    const table = await created(bench, listed(bench));
    const store = bench.stores.store(bench.db, table);
    const property = fc.asyncProperty(
      fc.array(entryOf(bench), { maxLength: 40 }),
      fc.array(shape, { minLength: 6, maxLength: 6 }),
      async (fields, shapes) => {
        await bench.db.deleteFrom(table.name).execute();
        const rows = [
          ...new Map(fields.map((row) => [`${row.tenant}/${row.number}`, create(EntrySchema, row)])).values(),
        ];
        await written(bench, table, rows);
        for (const one of shapes) {
          const query = queryOf(one, rows);
          expect(await allPages(store, query), JSON.stringify(query, shown)).toEqual(expectedRows(rows, query));
        }
      },
    );
    await fc.assert(property, { numRuns: runsOf(bench), endOnFailure: true });
  },

  "a row that comes or goes between two pages moves no other": async (bench) => {
    const store = bench.stores.store(bench.db, await created(bench, listed(bench)));
    const entry = (number: number) => create(EntrySchema, { tenant: "t", number, owner: "o" });
    for (let number = 10; number <= 60; number += 10) await store.upsert(entry(number));
    const query = { where: { owner: "o" }, limit: 2 };
    const numbers = ({ rows }: { readonly rows: readonly Message[] }) =>
      rows.map((row) => fieldOf(row as Entry, "number"));
    const first = await store.list(query);
    await store.upsert(entry(5));
    const second = await store.list({ ...query, after: first.next });
    for (const number of [5, 10, 40]) await store.delete({ tenant: "t", number });
    const third = await store.list({ ...query, after: second.next });
    expect([first, second, third].map(numbers)).toEqual([
      [10, 20],
      [30, 40],
      [50, 60],
    ]);
    expect(third.next).toBeUndefined();
  },

  "a time that somebody wrote with fewer digits is on one page": async (bench) => {
    const table = await created(
      bench,
      entries(bench, { indexes: [{ name: `${bench.tableName()}_due`, fields: ["owner", "dueAt"] }] }),
    );
    const store = bench.stores.store(bench.db, table);
    for (let number = 1; number <= 5; number++) {
      await store.upsert(create(EntrySchema, { tenant: "t", number, owner: "o" }));
      const due_at = `2024-01-01T00:00:00.${number}Z`;
      await bench.db.updateTable(table.name).set({ due_at }).where("number", "=", number).execute();
    }
    const rows = await allPages(store, { where: { owner: "o" }, limit: 1 });
    expect(rows.map((row) => fieldOf(row as Entry, "number"))).toEqual([1, 2, 3, 4, 5]);
  },

  "a page of exactly the last rows has no next": async (bench) => {
    const table = await created(bench, listed(bench));
    const store = bench.stores.store(bench.db, table);
    expect(await store.list()).toEqual({ rows: [] });
    await written(
      bench,
      table,
      Array.from({ length: 101 }, (_, number) => create(EntrySchema, { tenant: "t", number })),
    );
    const page = await store.list();
    expect(page.rows).toHaveLength(100);
    expect((await store.list({ after: page.next })).rows).toHaveLength(1);
    const all = await store.list({ limit: 101 });
    expect([all.rows.length, all.next]).toEqual([101, undefined]);
    const one = await store.list({ where: { tenant: "t", number: 7 }, limit: 1 });
    expect([one.rows.length, one.next]).toEqual([1, undefined]);
  },

  "states are listed with their revisions": async (bench) => {
    const table = await created(bench, entries(bench, { kind: "state", key: ["tenant"] }));
    const store = bench.stores.stateStore(bench.db, table);
    for (const tenant of ["b", "a", "c"]) await store.upsert(create(EntrySchema, { tenant }), { expectedRevision: 0 });
    await store.upsert(create(EntrySchema, { tenant: "a", owner: "x" }), { expectedRevision: 1 });
    const reader = bench.stores.reader(bench.db, table);
    const { rows, next } = await reader.list({ limit: 2 });
    expect(rows).toMatchObject([
      { state: { tenant: "a", owner: "x" }, revision: 2 },
      { state: { tenant: "b" }, revision: 1 },
    ]);
    expect((await reader.list({ limit: 2, after: next })).rows).toMatchObject([
      { state: { tenant: "c" }, revision: 1 },
    ]);
  },

  "a query that no index answers is refused, with those that there are": async (bench) => {
    const table = await created(bench, listed(bench));
    const store = bench.stores.store(bench.db, table);
    for (const where of [
      { amount: 1n },
      { owner: "a", label: "b" },
      { number: 1 },
      { nothing: 1 },
      { tenant: "a", owner: "b" },
    ]) {
      await expect(store.list({ where }), Object.keys(where).join()).rejects.toMatchObject({
        code: "invalid_argument",
        message: expect.stringContaining("(tenant, number), (owner), (label, amount)"),
      });
    }
    for (const query of [
      null,
      "owner",
      { where: null },
      { where: { owner: undefined } },
      { where: { owner: null } },
      { where: { owner: 5 } },
      { where: { tenant: "a", number: -1 } },
      { limit: 0 },
      { limit: 10_001 },
      { limit: 1.5 },
      { limit: Number.NaN },
      { order: "sideways" },
    ]) {
      await expect(store.list(query as never), JSON.stringify(query)).rejects.toMatchObject({
        code: "invalid_argument",
      });
    }
  },

  "a token of another query, or of none, is refused": async (bench) => {
    const table = await created(bench, listed(bench));
    const other = await created(bench, listed(bench));
    const store = bench.stores.store(bench.db, table);
    for (let number = 0; number < 3; number++) {
      await store.upsert(create(EntrySchema, { tenant: "t", number, owner: "a", label: "l" }));
      await store.upsert(create(EntrySchema, { tenant: "t", number: number + 10, owner: "b", label: "l" }));
    }
    const { next } = await store.list({ where: { owner: "a" }, limit: 1 });
    expect(next).toMatch(/^[\w-]+$/);
    const refused = { code: "invalid_argument", message: expect.stringContaining("`after` is") };
    for (const query of [
      {},
      { where: { owner: "b" } },
      { where: { owner: "a" }, order: "descending" as const },
      { where: { label: "l" } },
    ]) {
      await expect(store.list({ ...query, after: next })).rejects.toMatchObject(refused);
    }
    await expect(
      bench.stores.store(bench.db, other).list({ where: { owner: "a" }, after: next }),
    ).rejects.toMatchObject(refused);
    const forged = (values: unknown) => {
      const [identity] = JSON.parse(Buffer.from(next ?? "", "base64url").toString()) as [string];
      return Buffer.from(JSON.stringify([identity, values])).toString("base64url");
    };
    for (const after of [
      "",
      "x",
      "!",
      "bnVsbA",
      `${next}A`,
      forged([]),
      forged(null),
      forged(["t", "x"]),
      forged(["t", null]),
      forged([5, "1"]),
      forged(["t", `${2n ** 70n}`]),
    ]) {
      await expect(store.list({ where: { owner: "a" }, after }), after).rejects.toMatchObject(refused);
    }
  },
};

function listed(bench: Bench) {
  const name = bench.tableName();
  return entries(bench, { name, indexes: indexFields.map((fields, n) => ({ name: `${name}_${n}`, fields })) });
}

function runsOf({ family }: Bench): number {
  return family === "sqlite" ? 60 : 15;
}

async function allPages(store: AnyStore, query: AnyQuery): Promise<readonly Entry[]> {
  const all: Entry[] = [];
  let after: string | undefined;
  do {
    const page = await store.list({ ...query, after });
    all.push(...(page.rows as Entry[]));
    after = page.next;
    // A store that goes round in circles must not hang the test.
    if (all.length > 1_000) return all;
  } while (after !== undefined);
  return all;
}

/** Few values, so that there are ties; and those that sort in surprising ways. */
function entryOf({ family }: Bench): fc.Arbitrary<MessageInitShape<typeof EntrySchema> & Entry> {
  const scores = [0, 1.5, -1.5, 5e-324, ...(family === "mysql" ? [] : [-0, Number.NaN, Infinity, -Infinity])];
  const text = fc.constantFrom("", "a", "A", "a ", "\u00e4", "\uffff", "\u{1f600}");
  return fc.record(
    {
      tenant: fc.constantFrom("a", "B", ""),
      number: fc.constantFrom(0, 1, 2, 9, 10, 2 ** 31, 2 ** 32 - 1),
      owner: text,
      label: fc.option(text, { nil: undefined }),
      amount: fc.constantFrom(0n, -1n, 2n ** 53n + 1n, 2n ** 53n + 2n, 2n ** 63n - 1n, -(2n ** 63n)),
      score: fc.constantFrom(...scores),
      dueAt: fc.constantFrom({ seconds: 0n }, { seconds: 0n, nanos: 1 }, { seconds: -1n, nanos: 999_999_999 }),
      serial: fc.constantFrom(0n, 9n, 10n, 2n ** 64n - 1n),
      open: fc.boolean(),
    },
    { requiredKeys: ["tenant", "number"] },
  ) as never;
}

interface Shape {
  readonly index: number;
  readonly fields: number;
  readonly row: number;
  readonly descending: boolean;
  readonly limit: number;
}

const shape: fc.Arbitrary<Shape> = fc.record({
  index: fc.nat(indexFields.length),
  fields: fc.nat(3),
  row: fc.nat(40),
  descending: fc.boolean(),
  limit: fc.constantFrom(1, 2, 3, 7, 100),
});

/** A query with values that some row has. */
function queryOf({ index, fields, row, descending, limit }: Shape, rows: readonly Entry[]): AnyQuery {
  const order = descending ? "descending" : "ascending";
  const like = rows[row % Math.max(rows.length, 1)];
  if (like === undefined) return { order, limit };
  const names = ([key, ...indexFields][index] ?? []).slice(0, fields);
  return { where: Object.fromEntries(names.map((name) => [name, fieldOf(like, name) ?? null])), order, limit };
}

function shown(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}
