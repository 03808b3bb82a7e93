import { expect, test } from "vitest";
import { type Comparison, compareTables } from "./compare-tables.ts";
import { noRenames } from "./renames.ts";
import { changeText } from "./table-change.ts";
import type { ColumnSchema, IndexSchema, TableSchema } from "./table-schema.ts";

let fields = 1;

function column(name: string, more: Partial<ColumnSchema> = {}): ColumnSchema {
  return { name, field: ++fields, type: "string", kind: "text", nullable: false, key: false, ...more };
}

const id = column("id", { field: 1, key: true });
const title = column("title", { field: 2 });

function table(columns: readonly ColumnSchema[], more: Partial<TableSchema> = {}): TableSchema {
  return {
    name: "items",
    kind: "state",
    owner: "item",
    message: "shop.v1.Item",
    columns: [id, ...columns],
    indexes: [],
    omitted: [],
    ...more,
  };
}

const index = (name: string, columns: readonly string[], unique = false): IndexSchema => ({ name, columns, unique });

const compared = (
  before: readonly TableSchema[],
  after: readonly TableSchema[],
  tableless: readonly string[] = [],
): Comparison => compareTables(before, { tables: after, tableless }, noRenames);

const texts = ({ changes }: Comparison) => changes.map(changeText);

test("equal tables need nothing, in whatever order their columns, indexes and they themselves are", () => {
  const a = column("a");
  const b = column("b");
  const other = table([], { name: "others", owner: "other", message: "shop.v1.Other" });
  const before = [table([a, b], { indexes: [index("x", ["a"]), index("y", ["b"])] }), other];
  const after = [other, table([b, a], { indexes: [index("y", ["b"]), index("x", ["a"])] })];
  expect(compared(before, after)).toEqual({ changes: [], refusals: [], tables: after });
});

test("another name of the message, or another number of a field, is none of the database's business", () => {
  const before = [table([title])];
  const after = [table([{ ...title, field: 9 }], { message: "shop.v2.Article" })];
  expect(compared(before, after)).toMatchObject({ changes: [], refusals: [] });
});

test("types that a database keeps alike need nothing", () => {
  const of = (type: string, kind: ColumnSchema["kind"]) => table([{ ...title, type, kind }]);
  expect(compared([of("int32", "integer")], [of("bool", "integer")]).changes).toEqual([]);
  expect(compared([of("uint32", "unsigned")], [of("int64", "bigint")]).changes).toEqual([]);
  expect(texts(compared([of("int64", "bigint")], [of("uint32", "unsigned")]))).toEqual([
    "column items.title was int64, and is uint32",
  ]);
});

test("a column keeps its name before it keeps its number", () => {
  // Fields that were numbered anew, as before a first release.
  const before = [table([{ ...title, field: 2 }, column("shelf", { field: 3 })])];
  const after = [table([column("shelf", { field: 2 }), { ...title, field: 3 }])];
  expect(compared(before, after)).toMatchObject({ changes: [], refusals: [] });
});

test.each<[string, TableSchema, TableSchema, string, string]>([
  [
    "another key",
    table([title], { kind: "read-model" }),
    table([{ ...title, key: true }], { kind: "read-model" }),
    'The table "items" had the key (id), and has (id, title). No migration can say which rows are the same then.',
    "Give the table another name: the new one begins empty, and is filled by a rebuild. Or create it anew by a migration of your own, and write its key into tables.json.",
  ],
  [
    "a key of another type",
    table([]),
    { ...table([]), columns: [{ ...id, type: "int64", kind: "bigint" }] },
    'The key "id" of the table "items" was string, and is int64. No migration can say which rows are the same then.',
    "Leave the id what it was: states are found by it. Or create it anew by a migration of your own, and write its key into tables.json.",
  ],
  [
    "a state that becomes a read model",
    table([title]),
    table([title], { kind: "read-model" }),
    'The table "items" is that of a read model now, and was none: its rows are others.',
    "Give it another name: the new table begins empty, and the old one stays.",
  ],
  [
    "a column that becomes sensitive",
    table([title]),
    table([{ ...title, kind: "bytes", sensitive: true }]),
    'The column "title" of the table "items" is of a sensitive field now: this version cannot encrypt it.',
    "Take (ego.v1.field).sensitive off, or wait with it for a version that encrypts columns.",
  ],
  [
    "columns for all fields, of which some had none",
    table([], { omitted: [2] }),
    table([title]),
    'All fields of shop.v1.Item have a column now, and rows of "items" that are there keep some of them in ego_rest.',
    "Leave one field without a column, omit: true, until every row is written again.",
  ],
  [
    "a column of a name that another one left behind",
    table([{ ...title, type: "int64", kind: "bigint", dropped: true }]),
    table([title]),
    'The column "title" of the table "items" was there before as int64, and may still be there.',
    "Give the new one another name, or drop the old one by a migration of your own, and remove it from tables.json.",
  ],
  [
    "a column renamed to such a name",
    table([title, column("name", { kind: "real", type: "double", dropped: true })]),
    table([{ ...title, name: "name" }]),
    'The column "name" of the table "items" was there before as double, and may still be there.',
    "Give the new one another name, or drop the old one by a migration of your own, and remove it from tables.json.",
  ],
  [
    "a table of a name that another one left behind",
    table([title], { dropped: true }),
    table([column("other")]),
    'The table "items" was there before, with other columns, and may still be there.',
    "Give it another name, or drop the old one by a migration of your own, and remove it from tables.json.",
  ],
  [
    "two columns whose names move on",
    table([column("a", { field: 2 }), column("b", { field: 3 })]),
    table([column("b", { field: 2 }), column("c", { field: 3 })]),
    'The column "b" of the table "items" is of field 2 now, which was "a", and was of field 3.',
    "Leave each field its number. If columns were renamed, do it in two steps, with a migration for each.",
  ],
])("no migration can do this: %s", (_, before, after, text, help) => {
  const refusals = compared([before], [after]).refusals.map((one) => ({ text: one.text, help: one.help }));
  expect(refusals).toEqual([{ text, help }]);
});

test("what was dropped is remembered, and comes back as what it was", () => {
  const gone = compared([table([title])], [table([])]);
  expect(texts(gone)).toEqual(["column items.title is in no proto any more"]);
  expect(gone.tables).toEqual([table([{ ...title, dropped: true }])]);
  const back = compared(gone.tables, [table([title])]);
  expect(back.changes).toMatchObject([{ action: "add-column", again: true }]);
  expect(back.tables).toEqual([table([title])]);

  const none = compared([table([title])], []);
  expect(texts(none)).toEqual(["table items is in no proto any more"]);
  expect(compared(none.tables, []).changes).toEqual([]);
  const again = compared(none.tables, [table([title])]);
  expect(again.changes).toMatchObject([{ action: "create-table", again: true }]);
  expect(again.tables).toEqual([table([title])]);
});

test("a table with sensitive columns that never was is left out", () => {
  const secret = table([{ ...title, kind: "bytes", sensitive: true }]);
  expect(compared([], [secret])).toEqual({ changes: [], refusals: [], tables: [] });
});

test("an index follows its renamed columns, and is made anew where nulls come in", () => {
  const before = table([title], { indexes: [index("by", ["title"])] });
  const renamed = table([{ ...title, name: "name" }], { indexes: [index("by", ["name"])] });
  expect(texts(compared([before], [renamed]))).toEqual(["column items.title becomes name"]);
  const nullable = table([{ ...title, nullable: true }], { indexes: [index("by", ["title"])] });
  expect(texts(compared([before], [nullable]))).toEqual([
    "index by of items is dropped, and created anew",
    "column items.title may be null",
    "new index by of items",
  ]);
});

test("a state that loses its table would lose its states", () => {
  expect(compared([table([title])], [], ["item"])).toMatchObject({
    changes: [],
    refusals: [
      {
        text: 'The states of "item" have no table any more: those that are in "items" would not be found.',
        help: 'Give the state its table back: table: {name: "items"}.',
      },
    ],
  });
  expect(texts(compared([table([title])], [], ["other"]))).toEqual(["table items is in no proto any more"]);
});

test("a table that has another name is known by whose it is, or by the message of its rows", () => {
  const before = [table([title])];
  const after = [table([title], { name: "articles" })];
  expect(texts(compared(before, after))).toEqual(["table items becomes articles"]);
  const entity = table([title], { name: "articles", message: "shop.v2.Article" });
  expect(texts(compared(before, [entity]))).toEqual(["table items becomes articles"]);
  const message = table([title], { name: "articles", owner: "article" });
  expect(texts(compared(before, [message]))).toEqual(["table items becomes articles"]);
  // A read model with another key as well is another one: that is the way out of a key that changed.
  const rekeyed = (kind: TableSchema["kind"]) => {
    const keyed = table([{ ...title, key: true }], { kind, name: "articles" });
    return compared([table([title], { kind })], [keyed]);
  };
  expect(texts(rekeyed("read-model"))).toEqual(["new table articles", "table items is in no proto any more"]);
  expect(rekeyed("state").refusals).toMatchObject([{ reason: "key" }]);
  const neither = table([title], { name: "articles", owner: "article", message: "shop.v2.Article" });
  expect(texts(compared(before, [neither]))).toEqual(["new table articles", "table items is in no proto any more"]);
  // Unless the name is there besides.
  expect(texts(compared(before, [...before, ...after]))).toEqual(["new table articles"]);
});
