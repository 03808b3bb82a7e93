import { create, type DescField, type DescMessage, type Message } from "@bufbuild/protobuf";
import { scalarZeroValue } from "@bufbuild/protobuf/reflect";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { EntrySchema, PartsSchema } from "../../../test/domain/gen/ledger/v1/ledger_pb.ts";
import { LegacySchema } from "../../../test/shapes/gen/shapes/legacy/v1/legacy_pb.ts";
import type { TableData } from "../codegen/table.ts";
import { compileTable } from "./compiled-table.ts";

const entries: TableData = {
  seam: 1,
  name: "entries",
  kind: "read-model",
  message: EntrySchema,
  key: ["tenant", "number"],
  columns: Object.fromEntries(EntrySchema.fields.map((field) => [field.localName, field.name])),
};
const parts: TableData = {
  ...entries,
  name: "parts",
  message: PartsSchema,
  key: ["partsId"],
  columns: Object.fromEntries(PartsSchema.fields.map((field) => [field.localName, field.name])),
};

test("a shape is plain data, which a worker can be sent", () => {
  const { shape } = compileTable({
    ...entries,
    indexes: [{ name: "by_label", fields: ["label", "owner"], unique: true }],
  });
  expect(structuredClone(shape)).toEqual(shape);
  expect(shape).toMatchObject({
    name: "entries",
    rowType: "ledger.v1.Entry",
    key: [0, 1],
    indexes: [{ name: "by_label", columns: [3, 2], unique: true }],
    revision: false,
  });
  expect(shape.columns.map(({ name, kind, nullable, sorted }) => [name, kind, nullable, sorted])).toEqual([
    ["tenant", "text", false, true],
    ["number", "unsigned", false, true],
    ["owner", "text", false, true],
    ["label", "text", true, true],
    ["amount", "bigint", true, false],
    ["score", "real", true, false],
    ["due_at", "timestamp", true, false],
    ["serial", "digits", false, false],
    ["open", "integer", true, false],
  ]);
});

test("a state keeps the fields without a column in one more, a read model does not", () => {
  const columns = { partsId: "parts_id" };
  const names = (data: TableData) => compileTable(data).shape.columns.map(({ name }) => name);
  expect(names({ ...parts, kind: "state", columns })).toEqual(["parts_id", "ego_rest"]);
  expect(names({ ...parts, kind: "state" })).not.toContain("ego_rest");
  expect(names({ ...parts, columns })).toEqual(["parts_id"]);
});

test("fields that a newer program put beside the columns of a state are kept", () => {
  const table = compileTable({ ...parts, kind: "state", columns: { partsId: "parts_id" } });
  // Field 100 with the value 7.
  const read = table.fromRow(["p-1", Uint8Array.of(0xa0, 0x06, 0x07)]);
  expect(table.toRow(read)).toEqual(["p-1", Uint8Array.of(0xa0, 0x06, 0x07)]);
});

test("a field that gets a column is read from where it was until the row is written again", () => {
  const before = compileTable({ ...parts, kind: "state", columns: { partsId: "parts_id" } });
  const columns = { partsId: "parts_id", title: "title", level: "level", parts: "parts", text: "text" };
  const after = compileTable({ ...parts, kind: "state", columns });
  const message = create(PartsSchema, {
    partsId: "p-1",
    title: "Wheel",
    level: 0,
    parts: [{ title: "rim" }],
    numbers: [1],
    choice: { case: "text", value: "x" },
  });
  const rest = before.toRow(message)[1];

  const read = after.fromRow(["p-1", "", "[]", null, null, rest]);

  expect(read).toEqual(message);
  const { shape } = after;
  expect(shape.columns.map(({ name }) => name)).toEqual(["parts_id", "title", "parts", "level", "text", "ego_rest"]);
  expect(after.toRow(read).slice(0, 5)).toEqual(["p-1", "Wheel", '[{"title":"rim"}]', 0, "x"]);
  expect(after.fromRow(after.toRow(read))).toEqual(message);
});

test("a message with required fields comes back, in parts and without columns", () => {
  const legacy = samplesOf(LegacySchema);
  const all = Object.fromEntries(LegacySchema.fields.map((field) => [field.localName, field.name]));
  for (const columns of [all, { id: "id" }, { id: "id", mustString: "must_string" }]) {
    const table = compileTable({ ...entries, kind: "state", message: LegacySchema, key: ["id"], columns });
    expect(table.fromRow(table.toRow(legacy))).toEqual(legacy);
  }
});

function samplesOf(message: DescMessage): Message {
  const fields = Object.fromEntries(message.fields.map((field) => [field.localName, sampleOf(field)]));
  return create(message, fields as never);
}

function sampleOf(field: DescField): unknown {
  if (field.presence !== FeatureSet_FieldPresence.LEGACY_REQUIRED) return undefined;
  if (field.fieldKind === "enum") return field.enum.values.at(-1)?.number;
  if (field.fieldKind === "message") return samplesOf(field.message);
  return field.fieldKind === "scalar" ? scalarZeroValue(field.scalar, false) : undefined;
}

test.each<[string, TableData, string]>([
  ["without a key", { ...entries, key: [] }, "has no column for its key"],
  ["whose key has no column", { ...entries, columns: { tenant: "tenant" } }, "has no column for its key"],
  [
    "with a double as its key",
    { ...entries, key: ["score"] },
    `has the column "score" as a key: 0 and -0 would be one`,
  ],
  ["with a message as its key", { ...parts, key: ["part"] }, `has the column "part" in its key or in an index`],
  [
    "with an index on a binary time",
    { ...parts, binary: ["madeAt"], indexes: [{ name: "i", fields: ["madeAt"] }] },
    `has the column "made_at" in its key or in an index`,
  ],
  [
    "with an index on a field without a column",
    { ...entries, indexes: [{ name: "i", fields: ["nothing"] }] },
    `has no column for nothing of its index "i"`,
  ],
  [
    "with a column of the runtime",
    { ...entries, columns: { ...entries.columns, owner: "ego_rest" } },
    `a name of the runtime`,
  ],
  ["with sensitive columns", { ...entries, sensitive: ["owner"] }, "this version cannot encrypt them"],
])("a table %s is refused", (_, data, text) => {
  expect(() => compileTable(data)).toThrow(text);
  expect(() => compileTable(data)).toThrow(`Table "${data.name}" of ledger.v1.`);
});

test("half of a surrogate pair is refused, which would come back as something else", () => {
  const row = create(EntrySchema, { tenant: "a\ud800" }) as Message;
  expect(() => compileTable(entries).toRow(row)).toThrow(
    `Column "tenant" of table "entries" cannot hold it: a text with half of a surrogate pair.`,
  );
});
