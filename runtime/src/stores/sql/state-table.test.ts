import { clone, create, equals, type Message, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { idMessage, Kinds, scalarNames, tableEntity } from "../testdata/kinds.ts";
import { temporaryFolder } from "../testdata/stores.ts";
import { sqliteStore } from "./sqlite.ts";
import { type StateTable, stateTableOf } from "./state-table.ts";

const table = compiled(Kinds, "article");

const extremes: Readonly<Record<string, readonly unknown[]>> = {
  double: [
    0,
    -0,
    1.5,
    5e-324,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    2 ** 53,
    2 ** 63,
    Infinity,
    -Infinity,
    Number.NaN,
    0.1,
  ],
  float: [0, -0, 1.5, 1.401298464324817e-45, 3.4028234663852886e38, Infinity, -Infinity, Number.NaN],
  int64: [0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)],
  sint64: [0n, 2n ** 63n - 1n, -(2n ** 63n)],
  sfixed64: [0n, 2n ** 63n - 1n, -(2n ** 63n)],
  uint64: [0n, 1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n],
  fixed64: [0n, 2n ** 64n - 1n],
  int32: [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)],
  sint32: [0, 2 ** 31 - 1, -(2 ** 31)],
  sfixed32: [0, 2 ** 31 - 1, -(2 ** 31)],
  uint32: [0, 2 ** 32 - 1],
  fixed32: [0, 2 ** 32 - 1],
  bool: [false, true],
  string: [
    "",
    "a",
    "a\0b",
    "\0",
    " ",
    "ä a\u0308 😀",
    "'; drop table articles; --",
    "NaN",
    "12",
    "-0.0",
    "null",
    "x".repeat(100_000),
  ],
  bytes: [new Uint8Array(0), Uint8Array.of(0), Uint8Array.from({ length: 256 }, (_, n) => n)],
};

test("the table of extremes has every kind of scalar", () => {
  expect(Object.keys(extremes).toSorted()).toEqual([...scalarNames].toSorted());
});

const states: readonly (readonly [name: string, fields: object])[] = [
  ["nothing set", {}],
  ...scalarNames.flatMap((name) =>
    (extremes[name] ?? []).flatMap((value) => {
      const maybe = `maybe${name[0]?.toUpperCase()}${name.slice(1)}`;
      const shown =
        typeof value === "string"
          ? JSON.stringify(value.slice(0, 30))
          : Object.is(value, -0)
            ? "-0"
            : String(value).slice(0, 30);
      return [
        [`${name} ${shown}`, { [name]: value }],
        [`${name} ${shown}, with presence`, { [maybe]: value }],
      ] as const;
    }),
  ),
  ["an enum", { color: 1 }],
  ["an enum's unknown value", { color: -77 }],
  ["an empty message", { part: {} }],
  ["a message", { part: { title: "a\0ä😀", weight: 0.1, count: 2n ** 64n - 1n, raw: Uint8Array.of(0, 255) } }],
  ["a message with -0", { part: { weight: -0 } }],
  ["a message with NaN", { part: { weight: Number.NaN } }],
  ["a list of messages", { parts: [{}, { title: "x" }, { weight: -Infinity }] }],
  ["a list of numbers", { numbers: [0, -0, 5e-324, Infinity, Number.NaN, 0.1] }],
  ["a time", { happenedAt: { seconds: 1_700_000_000n, nanos: 5 } }],
  ["the first time", { happenedAt: { seconds: -62_135_596_800n } }],
  ["the last time", { happenedAt: { seconds: 253_402_300_799n, nanos: 999_999_999 } }],
  ["a time before the epoch", { happenedAt: { seconds: -1n, nanos: 999_999_999 } }],
  ["a list of times", { times: [{ seconds: 1n }, { seconds: -1n, nanos: 1 }] }],
  ["a map", { byName: { "": {}, constructor: { title: "c" }, "ä\0": { count: 1n } } }],
  ["text of a oneof", { choice: { case: "chosenText", value: "x" } }],
  ["empty text of a oneof", { choice: { case: "chosenText", value: "" } }],
  ["zero of a oneof", { choice: { case: "chosenNumber", value: 0n } }],
  ["an empty message of a oneof", { choice: { case: "chosenPart", value: {} } }],
];

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
