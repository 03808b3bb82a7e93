import { clone, create, equals, type Message, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../testdata/appends.ts";
import { idMessage, Kinds, scalarNames, tableEntity } from "../testdata/kinds.ts";
import { extremes, kindsExamples as states } from "../testdata/kinds-examples.ts";
import { sqliteStore } from "./sqlite.ts";
import { type StateTable, stateTableOf } from "./state-table.ts";

const table = compiled(Kinds, "article");

test("the table of extremes has every kind of scalar", () => {
  expect(Object.keys(extremes).toSorted()).toEqual([...scalarNames].toSorted());
});

describe("from a message to a row and back", () => {
  test.each(states)("without a database: %s", (_, fields) => {
    const state = stateOf(fields);
    expectSame(table.fromRow(table.toRow("x", state)), state);
  });

  test("through SQLite: every state above", async () => {
    using folder = temporaryFolder();
    const store = sqliteStore({ filename: `${folder.path}/kinds.db` });
    await store.open?.([tableEntity(Kinds, "article")]);
    const changes = states.map(([name, fields]) => ({
      entityType: "article",
      entityId: name,
      expectedRevision: 0,
      state: stateOf({ ...fields, id: name }),
      payload: new Uint8Array(0),
      metadata: new Uint8Array(0),
      commandId: name,
      recordedAt: 1,
    }));
    const results = await store.states.save(changes);
    expect(results.every((result) => result.stored)).toBe(true);
    for (const { entityId, state } of changes) {
      const loaded = await store.states.load("article", entityId);
      expectSame(loaded?.state, state, entityId);
    }
    await store.close?.();
  });

  test("unset and zero differ where the field has presence", () => {
    const column = table.shape.columns.findIndex((row) => row.name === "maybe_int32");
    expect(table.toRow("x", stateOf({}))[column]).toBeNull();
    expect(table.toRow("x", stateOf({ maybeInt32: 0 }))[column]).toBe(0);
    expect(table.shape.columns[column]?.nullable).toBe(true);
    expect(table.shape.columns.find((row) => row.name === "int32")?.nullable).toBe(false);
  });

  test("times are texts that sort as the times do", () => {
    const column = table.shape.columns.findIndex((row) => row.name === "happened_at");
    const times = [
      { seconds: -62_135_596_800n },
      { seconds: -1n, nanos: 500_000_000 },
      { seconds: 0n },
      { seconds: 0n, nanos: 500_000_000 },
      { seconds: 1_700_000_000n },
      { seconds: 253_402_300_799n, nanos: 999_999_999 },
    ];
    const texts = times.map((happenedAt) => table.toRow("x", stateOf({ happenedAt }))[column]);

    expect(texts[3]).toBe("1970-01-01T00:00:00.500000000Z");
    expect(texts.toSorted()).toEqual(texts);
    expect(table.toRow("x", stateOf({}))[column]).toBeNull();
  });

  test("a time that the column cannot write is refused", () => {
    expect(() => table.toRow("x", stateOf({ happenedAt: { seconds: 253_402_300_800n } }))).toThrow(
      `Column "happened_at" of table "articles" cannot hold it: a timestamp of 253402300800 seconds`,
    );
  });

  test("bytes are copied", () => {
    const bytes = Uint8Array.of(1, 2);
    const row = table.toRow("x", stateOf({ bytes }));
    bytes.fill(0);
    expect(row[table.shape.columns.findIndex((column) => column.name === "bytes")]).toEqual(Uint8Array.of(1, 2));
  });

  test("unsigned 64-bit integers sort as text", () => {
    const values = [2n ** 64n - 1n, 10n, 9n, 0n, 2n ** 63n];
    const column = table.shape.columns.findIndex((row) => row.name === "uint64");
    const texts = values.map((uint64) => String(table.toRow("x", stateOf({ uint64 }))[column]));
    expect(texts.toSorted().map(BigInt)).toEqual([0n, 9n, 10n, 2n ** 63n, 2n ** 64n - 1n]);
  });

  test("a value that the schema does not allow is data loss, naming table and column", () => {
    const row = table.toRow("x", stateOf({}));
    const column = (name: string) => table.shape.columns.findIndex((row) => row.name === name);
    for (const [name, value] of [
      ["int64", "no number"],
      ["uint64", "12"],
      ["string", 5],
      ["bytes", "text"],
      ["parts", "{"],
      ["double", "many"],
    ] as const) {
      expect(() => table.fromRow(row.with(column(name), value)), name).toThrow(
        `Column "${name}" of table "articles" holds a value that the schema does not allow.`,
      );
    }
  });
});

describe("the id column", () => {
  test("takes the entity's id, also where the state has none yet", () => {
    const row = table.toRow("a-1", stateOf({ id: "" }));
    expect(row[keyOf(table)]).toBe("a-1");
    expect(table.fromRow(row)).toMatchObject({ id: "a-1" });
  });

  test("refuses a state with another id", () => {
    expect(() => table.toRow("a-1", stateOf({ id: "a-2" }))).toThrow(`The state of article "a-1" has another id.`);
  });

  test.each([
    [
      "int64",
      ["0", "-5", "9223372036854775807", "-9223372036854775808"],
      ["9223372036854775808", "01", "+1", "-0", "1.0", " 1", "", "x"],
    ],
    ["uint64", ["0", "18446744073709551615"], ["-1", "18446744073709551616"]],
    ["int32", ["-2147483648", "2147483647"], ["2147483648"]],
    ["uint32", ["4294967295"], ["-1", "4294967296"]],
  ])("of type %s takes integers in range, written in the one way", (type, good, bad) => {
    const descriptor = idMessage(type);
    const numbered = compiled(descriptor, "numbered");
    for (const id of good) {
      const state = create(descriptor, { title: "x" } as never);
      const row = numbered.toRow(id, state);
      expect(row[keyOf(numbered)]).toEqual(numbered.keyOf(id));
      const { id: stored } = numbered.fromRow(row) as Message & { id: number | bigint };
      expect(String(stored)).toBe(id);
      expect(numbered.toRow(id, numbered.fromRow(row))).toEqual(row);
    }
    for (const id of bad) expect(() => numbered.keyOf(id), id).toThrow(`"numbered" has integers as ids`);
  });

  test("is needed: a table without one is refused", () => {
    expect(() => stateTableOf(tableEntity(Kinds, "article", { string: "string" }))).toThrow(
      `Table "articles" of test.Kinds has no column for its key. Mark the id field`,
    );
  });
});

test("a column with the runtime's name is refused", () => {
  expect(() => stateTableOf(tableEntity(Kinds, "article", { id: "id", int32: "ego_revision" }))).toThrow(
    `Table "articles" of test.Kinds has a column "ego_revision", a name of the runtime.`,
  );
});

test("an entity without a table has none", () => {
  const { table: _, ...entity } = tableEntity(Kinds, "note");
  expect(stateTableOf(entity)).toBeUndefined();
});

function compiled(descriptor: typeof Kinds, name: string): StateTable {
  const made = stateTableOf(tableEntity(descriptor, name));
  if (made === undefined) throw new Error("no table");
  return made;
}

function keyOf({ shape }: StateTable): number {
  return shape.key[0] ?? -1;
}

function stateOf(fields: object): Message {
  return create(Kinds, { id: "x", ...fields } as never);
}

/** Equal as messages and in their binary form, where -0 and 0 differ. */
function expectSame(actual: unknown, expected: Message, name?: string): void {
  const message = actual as Message;
  expect(Buffer.from(toBinary(Kinds, message)).toString("hex"), name).toBe(
    Buffer.from(toBinary(Kinds, clone(Kinds, expected))).toString("hex"),
  );
  // `equals` knows no NaN.
  if (
    !JSON.stringify(expected, (_, value) =>
      Number.isNaN(value) ? "NaN" : typeof value === "bigint" ? 0 : value,
    ).includes("NaN")
  ) {
    expect(equals(Kinds, message, expected), name).toBe(true);
  }
}
