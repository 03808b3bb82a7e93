import { create, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { anyPack, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { expect } from "vitest";
import { Kinds } from "../../runtime/src/stores/testdata/kinds.ts";
import { kindsExamples } from "../../runtime/src/stores/testdata/kinds-examples.ts";
import { EntrySchema, type Parts, PartsSchema } from "../domain/gen/ledger/v1/ledger_pb.ts";
import type { Bench, Check } from "./checks.ts";
import { created, entries, parts, tableOf, written } from "./tables.ts";

const fullParts = create(PartsSchema, {
  partsId: "p-1",
  title: "Wheel",
  part: { title: "spoke", weight: -0 },
  parts: [{}, { title: "rim", weight: 1.5 }],
  counts: { "": -1n, constructor: 2n ** 62n },
  numbers: [-0, Number.NaN, Infinity, 0.1],
  madeAt: { seconds: -1n, nanos: 5 },
  anything: anyPack(TimestampSchema, create(TimestampSchema, { seconds: 7n })),
  level: 0,
  choice: { case: "number", value: 0n },
});

/** What comes back is what was written. */
export const valueChecks: Readonly<Record<string, Check>> = {
  "every scalar comes back as it was, unset or not": async (bench) => {
    const store = bench.stores.store(bench.db, await created(bench, tableOf(bench, Kinds, { key: ["id"] })));
    for (const [name, fields] of kindsExamples.filter(([name]) => isExact(bench, name))) {
      const row = create(Kinds, { ...fields, id: name } as never) as Message;
      if (!isHeldBy(bench, name)) {
        await expect(store.upsert(row), name).rejects.toMatchObject({ code: "invalid_argument" });
        continue;
      }
      await store.upsert(row);
      expectSame(await store.find(name), row, name);
    }
  },

  "a row is read in one page as it is read alone": async (bench) => {
    const table = await created(bench, tableOf(bench, Kinds, { key: ["id"] }));
    const store = bench.stores.store(bench.db, table);
    const rows = kindsExamples
      .filter(([name]) => isHeldBy(bench, name) && isExact(bench, name))
      .map(([name, fields]) => create(Kinds, { ...fields, id: name } as never) as Message);
    await written(bench, table, rows);
    const { rows: found, next } = await store.list({ limit: 10_000 });
    expect(next).toBeUndefined();
    const byId = new Map(found.map((row) => [(row as unknown as { id: string }).id, row]));
    for (const row of rows) expectSame(byId.get((row as unknown as { id: string }).id), row);
  },

  "a zero keeps its sign, or is at least a zero where a database has but one": async (bench) => {
    const store = bench.stores.store(bench.db, await created(bench, tableOf(bench, Kinds, { key: ["id"] })));
    await store.upsert(create(Kinds, { id: "z", maybeDouble: -0, numbers: [-0], part: { weight: -0 } } as never));
    const found = (await store.find("z")) as unknown as {
      maybeDouble: number;
      numbers: number[];
      part: { weight: number };
    };
    expect([Object.is(found.maybeDouble, -0), found.maybeDouble === 0]).toEqual([bench.family !== "mysql", true]);
    expect([...found.numbers, found.part.weight]).toEqual([-0, -0]);
  },

  "bytes come as plain bytes, none and a million alike": async (bench) => {
    const store = bench.stores.store(bench.db, await created(bench, tableOf(bench, Kinds, { key: ["id"] })));
    for (const length of [0, 1, 1 << 20]) {
      const bytes = Uint8Array.from({ length }, (_, n) => (n * 31) % 251);
      await store.upsert(create(Kinds, { id: `b-${length}`, bytes, maybeBytes: bytes } as never));
      const found = (await store.find(`b-${length}`)) as unknown as { bytes: Uint8Array; maybeBytes: Uint8Array };
      expect(Object.getPrototypeOf(found.bytes)).toBe(Uint8Array.prototype);
      expect(Buffer.compare(found.bytes, bytes)).toBe(0);
      expect(Buffer.compare(found.maybeBytes, bytes)).toBe(0);
    }
  },

  "unset is null, and the default is not": async (bench) => {
    const table = await created(bench, entries(bench));
    const store = bench.stores.store(bench.db, table);
    await store.upsert(create(EntrySchema, { tenant: "a", number: 1 }));
    await store.upsert(create(EntrySchema, { tenant: "a", number: 2, label: "", amount: 0n, score: 0, open: false }));
    const rows = await bench.db
      .selectFrom(table.name)
      .select(["label", "amount", "score", "open"])
      .orderBy("number")
      .execute();
    expect(rows[0]).toEqual({ label: null, amount: null, score: null, open: null });
    expect(Object.values(rows[1] ?? {}).map(String)).toEqual(["", "0", "0", "0"]);
    expect(await store.find({ tenant: "a", number: 1 })).not.toHaveProperty("label", "");
    expect(await store.find({ tenant: "a", number: 2 })).toMatchObject({
      label: "",
      amount: 0n,
      score: 0,
      open: false,
    });
  },

  "messages, lists and maps come back from JSON and from binary form": async (bench) => {
    const { anything: _, ...withoutAny } = fullParts;
    for (const binary of [[], ["part", "parts", "counts", "numbers", "madeAt"]]) {
      const store = bench.stores.store(bench.db, await created(bench, parts(bench, { binary })));
      for (const fields of [
        withoutAny,
        { partsId: "p-2" },
        { partsId: "p-3", part: {}, choice: { case: "text", value: "" } },
      ]) {
        const row = create(PartsSchema, fields as never);
        await store.upsert(row);
        expectSameParts(await store.find(row.partsId), row);
      }
    }
  },

  "what has no JSON form can be kept in binary form": async (bench) => {
    const columns = { partsId: "parts_id", anything: "anything" };
    const inJson = bench.stores.store(bench.db, await created(bench, parts(bench, { columns })));
    await expect(inJson.upsert(fullParts)).rejects.toMatchObject({ code: "invalid_argument" });
    const inBinary = bench.stores.store(
      bench.db,
      await created(bench, parts(bench, { columns, binary: ["anything"] })),
    );
    await inBinary.upsert(fullParts);
    expect(await inBinary.find("p-1")).toMatchObject({ anything: { typeUrl: fullParts.anything?.typeUrl } });
  },

  "a read model does not store a field without a column": async (bench) => {
    const columns = { partsId: "parts_id", title: "title" };
    const store = bench.stores.store(bench.db, await created(bench, parts(bench, { columns })));
    await store.upsert(fullParts);
    expectSameParts(await store.find("p-1"), create(PartsSchema, { partsId: "p-1", title: "Wheel" }));
  },

  "a state loses nothing that has no column": async (bench) => {
    const columns = { partsId: "parts_id", title: "title", text: "text", parts: "parts" };
    const table = await created(bench, parts(bench, { columns, kind: "state" }));
    const store = bench.stores.stateStore(bench.db, table);
    await store.upsert(fullParts, { expectedRevision: 0 });
    const found = await store.find("p-1");
    expect(found?.revision).toBe(1);
    expectSameParts(found?.state, fullParts);
    await store.upsert(create(PartsSchema, { partsId: "p-1", choice: { case: "text", value: "x" } }), {
      expectedRevision: 1,
    });
    expectSameParts(
      (await store.find("p-1"))?.state,
      create(PartsSchema, { partsId: "p-1", choice: { case: "text", value: "x" } }),
    );
    expect(await bench.db.selectFrom(table.name).select(["ego_rest", "ego_revision"]).execute()).toEqual([
      { ego_rest: null, ego_revision: 2 },
    ]);
  },

  "a row of plain Kysely becomes a message": async (bench) => {
    const table = await created(bench, entries(bench));
    const store = bench.stores.store(bench.db, table);
    const row = create(EntrySchema, { tenant: "a", number: 4_294_967_295, score: 0.1, serial: 7n });
    await store.upsert(row);
    const [plain] = await bench.db.selectFrom(table.name).selectAll().execute();
    expect(plain).toMatchObject({ tenant: "a", owner: "", label: null, serial: "00000000000000000007" });
    expect(store.fromRow(plain as object)).toEqual(row);
    expect(() => store.fromRow({ tenant: "a" })).toThrow(`lacks the column "number": select all of them`);
  },
};

/** Whether a database can hold an example; it has to refuse those that it cannot. */
function isHeldBy({ family }: Bench, name: string): boolean {
  if (family === "postgres") return !/^string ".*\\u0000/.test(name);
  return family === "mysql" ? !/^(double|float) (NaN|-?Infinity)/.test(name) : true;
}

/** MariaDB has no -0. */
function isExact({ family }: Bench, name: string): boolean {
  return family !== "mysql" || !/^(double|float) -0/.test(name);
}

function expectSame(actual: unknown, expected: Message, name?: string): void {
  expect(actual, name).toBeDefined();
  expect(hexOf(Kinds, actual), name).toBe(hexOf(Kinds, expected));
}

function expectSameParts(actual: unknown, expected: Parts): void {
  // As its bytes have it, where the order of a map does not count and -0 does.
  const plain = (message: Message) => fromBinary(PartsSchema, toBinary(PartsSchema, message as Parts));
  expect(plain(actual as Message)).toEqual(plain(expected));
}

function hexOf(schema: typeof Kinds, message: unknown): string {
  return Buffer.from(toBinary(schema, message as Message)).toString("hex");
}
