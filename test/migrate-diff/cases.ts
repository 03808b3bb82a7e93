import type { JsonObject } from "@bufbuild/protobuf";

/** A change of the tables of a small project, and what must be of its rows before and after. */
export interface MigrationCase {
  readonly name: string;
  /** Messages, with the table of `Row` among them. */
  readonly before: string;
  readonly after: string;
  /** `Row`s that the old release stored, as JSON of protobuf. */
  readonly rows: readonly JsonObject[];
  /** The same, as the new release reads them, in order of their keys. */
  readonly reads: readonly JsonObject[];
  /** One more, which the new release stores. */
  readonly writes: JsonObject;
  /** One more, which programs of the old release store that run on; they can also be started again. */
  readonly stillWrites?: JsonObject;
  /** Except that they cannot be started again. */
  readonly startsNoMore?: true;
  /** How the new release reads that, if not as it is. */
  readonly stillReads?: JsonObject;
  readonly renames?: readonly string[];
  /** What a user makes of the migration who has decided what it leaves open. */
  readonly decided?: (text: string) => string;
}

const id = "string id = 1 [(ego.v1.field).id = true];";

/** A row of a state; its table has the name of the case. */
function state(fields: string, table = ""): string {
  return `message Row {
  option (ego.v1.message).state = {entity: "CASE", persistence: PERSISTENCE_DURABLE, table: {name: "CASE" ${table}}};
  ${id}
  ${fields}
}`;
}

/** A row of a read model. */
function readModel(fields: string, table = "", name = "Row"): string {
  const suffix = name === "Row" ? "" : `_${name.toLowerCase()}`;
  return `message ${name} {
  option (ego.v1.message).read_model = {name: "CASE${suffix}", table: {name: "CASE${suffix}" ${table}}};
  ${fields}
}`;
}

const dropped = (table: string, column: string) =>
  `    await db.schema.alterTable("${table}").dropColumn("${column}").execute();`;

/** A decision: the line that makes the migration fail goes, and with it comes what the user decided. */
const withDecision = (text: string, lines: string) => text.replace(/^ +throw new Error\(.*\n/m, `${lines}\n`);

const cases: Readonly<Record<string, Omit<MigrationCase, "name">>> = {
  columns_of_all_kinds: {
    before: state("string title = 2;"),
    after: `${state(`
      string title = 2;
      string text = 3;
      int32 small = 4;
      uint32 unsigned = 5;
      sint64 big = 6;
      fixed64 digits = 7;
      double real = 8;
      bytes raw = 9;
      google.protobuf.Timestamp at = 10;
      Part part = 11;
      repeated Part parts = 12;
      map<string, int32> counts = 13;
      bool flag = 14;
      Level level = 15;
      optional string maybe = 16;
      optional float maybe_real = 17;
      repeated int32 packed = 18 [(ego.v1.field).column = {storage: STORAGE_BINARY}];
      oneof choice {
        string one = 19;
        uint64 other = 20;
      }`)}
message Part {
  string name = 1;
}
enum Level {
  LEVEL_UNSPECIFIED = 0;
  LEVEL_HIGH = 1;
}`,
    rows: [{ id: "a", title: "A" }],
    reads: [{ id: "a", title: "A" }],
    writes: {
      id: "b",
      title: "B",
      text: "t",
      small: -1,
      unsigned: 4294967295,
      big: "-9223372036854775808",
      digits: "18446744073709551615",
      real: 0.1,
      raw: "AAE=",
      at: "2026-11-24T17:09:34.123456789Z",
      part: { name: "p" },
      parts: [{ name: "q" }],
      counts: { x: 1 },
      flag: true,
      level: "LEVEL_HIGH",
      maybe: "",
      maybeReal: 0.5,
      packed: [1, 2],
      other: "1",
    },
    // It knows none of the new columns, and fills none.
    stillWrites: { id: "c", title: "C" },
  },

  column_of_a_read_model: {
    before: readModel(`${id}\n string title = 2;`),
    after: readModel(`${id}\n string title = 2;\n int64 cents = 3;\n optional int32 rank = 4;`),
    rows: [{ id: "a", title: "A" }],
    reads: [{ id: "a", title: "A" }],
    writes: { id: "b", cents: "7", rank: 0 },
    stillWrites: { id: "c", title: "C" },
  },

  new_tables: {
    before: state("string title = 2;"),
    after: `${state("string title = 2;")}
${readModel(
  `string tenant = 1 [(ego.v1.field).id = true];
   int32 number = 2 [(ego.v1.field).id = true];
   string owner = 3;
   optional string label = 4;
   google.protobuf.Timestamp due_at = 5;`,
  `indexes: {fields: ["owner"]} indexes: {fields: ["owner", "due_at"]} indexes: {fields: ["label"] unique: true}`,
  "Entry",
)}
message Other {
  option (ego.v1.message).state = {entity: "other", persistence: PERSISTENCE_DURABLE, table: {name: "CASE_other"}};
  int64 id = 1 [(ego.v1.field).id = true];
  string remark = 2 [(ego.v1.field).column = {omit: true}];
  map<string, string> labels = 3;
}`,
    rows: [{ id: "a", title: "A" }],
    reads: [{ id: "a", title: "A" }],
    writes: { id: "b" },
    stillWrites: { id: "c" },
  },

  new_indexes: {
    before: state("string title = 2;\n optional string barcode = 3;\n uint32 stock = 4;"),
    after: state(
      "string title = 2;\n optional string barcode = 3;\n uint32 stock = 4;",
      `indexes: {fields: ["title"]} indexes: {fields: ["barcode"] unique: true} indexes: {fields: ["stock", "barcode"]}`,
    ),
    rows: [{ id: "a", title: "A", barcode: "1" }, { id: "b", title: "A" }, { id: "c" }],
    reads: [{ id: "a", title: "A", barcode: "1" }, { id: "b", title: "A" }, { id: "c" }],
    writes: { id: "d", title: "D", barcode: "2" },
    stillWrites: { id: "e" },
  },

  other_indexes: {
    before: state(
      "string title = 2;\n string shelf = 3;\n string row = 4;",
      `indexes: {fields: ["title"]} indexes: {fields: ["shelf"] name: "CASE_by"} indexes: {fields: ["row"] name: "CASE_row"}`,
    ),
    after: state(
      "string title = 2;\n string shelf = 3;\n string row = 4;",
      `indexes: {fields: ["row", "shelf"] name: "CASE_by"} indexes: {fields: ["row"] unique: true name: "CASE_row"}`,
    ),
    rows: [{ id: "a", title: "A", shelf: "s", row: "r" }],
    reads: [{ id: "a", title: "A", shelf: "s", row: "r" }],
    // A title of any length, now that it is in no index.
    writes: { id: "b", title: "x".repeat(300), row: "s" },
  },

  dropped_columns: {
    before: state(
      "string title = 2;\n optional string maybe = 3;\n string shelf = 4;\n repeated string tags = 5;\n double real = 6;\n int64 kept = 7;",
      `indexes: {fields: ["shelf"]} indexes: {fields: ["kept"]}`,
    ),
    after: state("int64 kept = 7;", `indexes: {fields: ["kept"]}`),
    rows: [{ id: "a", title: "A", maybe: "m", shelf: "s", tags: ["x"], real: 1.5, kept: "1" }],
    reads: [{ id: "a", kept: "1" }],
    writes: { id: "b", kept: "2" },
    stillWrites: { id: "c", title: "C", shelf: "", tags: ["y"], real: -0.5, kept: "3" },
    stillReads: { id: "c", kept: "3" },
  },

  dropped_for_good: {
    before: readModel(`${id}\n string title = 2;\n string kept = 3;`),
    after: readModel(`${id}\n string kept = 3;`),
    rows: [{ id: "a", title: "A", kept: "k" }],
    reads: [{ id: "a", kept: "k" }],
    writes: { id: "b", kept: "2" },
    // The user takes the comment signs away, and what is there instead.
    decided: (text) =>
      text.replace(/^ +await tables\.alterColumn.*\n/m, "").replace(/\/\/ (await db\.schema.*dropColumn.*)$/m, "$1"),
  },

  order: {
    before: readModel(
      "string select = 1 [(ego.v1.field).id = true];\n int32 desc = 2;\n string from = 3;",
      `indexes: {fields: ["from"]}`,
    ),
    after: readModel(
      "string select = 1 [(ego.v1.field).id = true];\n int64 desc = 2;\n string group = 3;\n string table = 4;",
      `indexes: {fields: ["desc", "table"]} indexes: {fields: ["group"]}`,
    ),
    rows: [{ select: "a", desc: 1, from: "f" }],
    reads: [{ select: "a", desc: "1", group: "f" }],
    writes: { select: "b", table: "t" },
  },

  renamed_columns: {
    before: state(
      "string title = 2;\n string shelf = 3;",
      `indexes: {fields: ["title"]} indexes: {fields: ["shelf"] name: "CASE_s"}`,
    ),
    after: state(
      "string name = 2;\n string place = 3;",
      `indexes: {fields: ["name"]} indexes: {fields: ["place"] name: "CASE_s"}`,
    ),
    rows: [{ id: "a", title: "A", shelf: "s" }],
    reads: [{ id: "a", name: "A", place: "s" }],
    writes: { id: "b", name: "B" },
  },

  renamed_with_another_number: {
    before: readModel(`${id}\n string title = 2;`),
    after: readModel(`${id}\n string name = 3;`),
    renames: ["renamed_with_another_number.title=name"],
    rows: [{ id: "a", title: "A" }],
    reads: [{ id: "a", name: "A" }],
    writes: { id: "b", name: "B" },
  },

  one_goes_and_another_comes: {
    before: state("string title = 2;"),
    after: state("string name = 3;"),
    rows: [{ id: "a", title: "A" }],
    reads: [{ id: "a" }],
    writes: { id: "b", name: "B" },
    stillWrites: { id: "c", title: "C" },
    stillReads: { id: "c" },
  },

  renamed_table: {
    before: readModel(`${id}\n string owner = 2;`, `indexes: {fields: ["owner"]}`),
    after: readModel(`${id}\n string owner = 2;\n int32 rank = 3;`, `indexes: {fields: ["owner"]}`).replaceAll(
      '"CASE"',
      '"CASE_now"',
    ),
    rows: [{ id: "a", owner: "o" }],
    reads: [{ id: "a", owner: "o" }],
    writes: { id: "b", rank: 1 },
  },

  dropped_table: {
    before: `${state("string title = 2;")}\n${readModel(id, "", "Gone")}`,
    after: state("string title = 2;"),
    rows: [{ id: "a", title: "A" }],
    reads: [{ id: "a", title: "A" }],
    writes: { id: "b" },
    stillWrites: { id: "c" },
  },

  wider_integers: {
    before: state("int32 cents = 2;\n bool flag = 3;\n uint32 stock = 4;", `indexes: {fields: ["cents"]}`),
    after: state("int64 cents = 2;\n int64 flag = 3;\n int64 stock = 4;", `indexes: {fields: ["cents"]}`),
    rows: [{ id: "a", cents: -2147483648, flag: true, stock: 4294967295 }],
    reads: [{ id: "a", cents: "-2147483648", flag: "1", stock: "4294967295" }],
    writes: { id: "b", cents: "9223372036854775807", flag: "-1", stock: "-1" },
    stillWrites: { id: "c", cents: 1 },
    stillReads: { id: "c", cents: "1" },
  },

  set_or_not: {
    before: state(
      "string title = 2;\n optional string shelf = 3;\n optional uint64 digits = 4;\n bytes raw = 5;",
      `indexes: {fields: ["shelf"]} indexes: {fields: ["title"]}`,
    ),
    after: state(
      "optional string title = 2;\n string shelf = 3;\n uint64 digits = 4;\n optional bytes raw = 5;",
      `indexes: {fields: ["shelf"]} indexes: {fields: ["title"]}`,
    ),
    rows: [{ id: "a", title: "A", shelf: "s", digits: "7", raw: "AA==" }, { id: "b" }],
    reads: [
      { id: "a", title: "A", shelf: "s", digits: "7", raw: "AA==" },
      { id: "b", title: "", raw: "" },
    ],
    writes: { id: "c", shelf: "t" },
    stillWrites: { id: "d", title: "D", shelf: "s", digits: "1" },
    stillReads: { id: "d", title: "D", shelf: "s", digits: "1", raw: "" },
  },

  another_type: {
    before: state("string amount = 2;\n string title = 3;"),
    after: state("int64 amount = 2;\n string title = 3;"),
    rows: [{ id: "a", amount: "12", title: "A" }],
    reads: [{ id: "a", title: "A" }],
    writes: { id: "b", amount: "5" },
    decided: (text) =>
      withDecision(
        text,
        `${dropped("another_type", "amount")}
  await db.schema
    .alterTable("another_type")
    .addColumn("amount", tables.types.bigint, (column) => column.notNull().defaultTo(tables.zeros.bigint))
    .execute();`,
      ),
  },

  another_type_converted: {
    before: state("int32 amount = 2;"),
    after: state("string amount = 2;"),
    rows: [{ id: "a", amount: 12 }],
    reads: [{ id: "a", amount: "12" }],
    writes: { id: "b", amount: "x" },
    decided: (text) =>
      withDecision(
        text,
        `  await tables.alterColumn("another_type_converted", "amount", tables.types.text, tables.zeros.text);`,
      ),
  },

  column_goes_beside: {
    before: state("string title = 2;\n string remark = 3;"),
    after: state("string title = 2;\n string remark = 3 [(ego.v1.field).column = {omit: true}];"),
    rows: [{ id: "a", title: "A", remark: "r" }],
    reads: [{ id: "a", title: "A" }],
    writes: { id: "b", remark: "R" },
    decided: (text) => withDecision(text, dropped("column_goes_beside", "remark")),
  },

  column_comes_from_beside: {
    before: state(
      "string title = 2 [(ego.v1.field).column = {omit: true}];\n string remark = 3 [(ego.v1.field).column = {omit: true}];",
    ),
    after: state("string title = 2;\n string remark = 3 [(ego.v1.field).column = {omit: true}];"),
    rows: [{ id: "a", title: "A", remark: "r" }],
    reads: [{ id: "a", title: "A", remark: "r" }],
    writes: { id: "b", title: "B", remark: "R" },
    stillWrites: { id: "c", title: "C", remark: "r" },
    startsNoMore: true,
  },

  field_without_a_column: {
    before: state("string title = 2;"),
    after: state("string title = 2;\n string remark = 3 [(ego.v1.field).column = {omit: true}];"),
    rows: [{ id: "a", title: "A" }],
    reads: [{ id: "a", title: "A" }],
    writes: { id: "b", remark: "R" },
    stillWrites: { id: "c", title: "C" },
    startsNoMore: true,
  },

  omitted_of_a_read_model: {
    before: readModel(`${id}\n string title = 2;\n string remark = 3;`),
    after: readModel(`${id}\n string title = 2;\n string remark = 3 [(ego.v1.field).column = {omit: true}];`),
    rows: [{ id: "a", title: "A", remark: "r" }],
    reads: [{ id: "a", title: "A" }],
    writes: { id: "b", title: "B" },
    stillWrites: { id: "c", remark: "r" },
    stillReads: { id: "c" },
  },
};

export const migrationCases: readonly MigrationCase[] = Object.entries(cases).map(([name, one]) => ({
  ...one,
  name,
  before: one.before.replaceAll("CASE", name),
  after: one.after.replaceAll("CASE", name),
}));
