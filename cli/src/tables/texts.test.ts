import fc from "fast-check";
import { expect, test } from "vitest";
import { migrationNames } from "./migration-name.ts";
import { migrationText } from "./migration-text.ts";
import type { TableSchema } from "./table-schema.ts";
import { readTablesFile, tablesFileText } from "./tables-file.ts";
import { lineComments, stringLiteral } from "./typescript-text.ts";

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom('"', "\\", "\n", "\r", "\u2028", "\u202e", "*/", ["$", "{x}"].join(""), "`", "</script>", "\ud800"),
);

test("a literal is the text that it was, on one line of visible characters", () => {
  fc.assert(
    fc.property(fc.array(hostile), (parts) => {
      const text = parts.join("");
      const literal = stringLiteral(text);
      expect(literal).toMatch(/^"[\x20-\x7e]*"$/);
      expect(JSON.parse(literal)).toBe(text);
      expect(new Function(`return ${literal}`)()).toBe(text);
    }),
  );
});

test("a comment never ends before its line, and hides nothing", () => {
  fc.assert(
    fc.property(fc.array(hostile), (parts) => {
      for (const line of lineComments(parts.join(" "))) {
        expect(line).toMatch(/^ {2}\/\/ /);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        expect(line).not.toMatch(/[\u0000-\u001f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
      }
    }),
  );
});

const items: TableSchema = {
  name: "items",
  kind: "read-model",
  owner: "item",
  message: "shop.v1.Item",
  columns: [
    { name: "id", field: 1, type: "string", kind: "text", nullable: false, key: true },
    { name: "maybe", field: 2, type: "optional string", kind: "text", nullable: true, key: false, dropped: true },
    { name: "counts", field: 4, type: "map<string, int32>", kind: "map", nullable: false, key: false },
  ],
  indexes: [{ name: "items_id_counts", columns: ["id", "counts"], unique: true }],
  omitted: [3, 7],
};

test("tables.json has a line for each column, and is read as what it was", () => {
  const file = {
    migrations: ["20261124170934_a", "20261124170935_b"],
    tables: [items, { ...items, name: "others", dropped: true as const }],
  };
  const text = tablesFileText(file);
  expect(readTablesFile("tables.json", text)).toEqual(file);
  expect(text).toContain(`
        { "name": "id", "field": 1, "type": "string", "kind": "text", "key": true },
        { "name": "maybe", "field": 2, "type": "optional string", "kind": "text", "nullable": true, "dropped": true },
        { "name": "counts", "field": 4, "type": "map<string, int32>", "kind": "map" }
`);
  expect(text).toContain(`{ "name": "items_id_counts", "columns": ["id", "counts"], "unique": true }`);
  // Whoever formats it does no harm.
  expect(readTablesFile("tables.json", JSON.stringify(JSON.parse(text)))).toEqual(file);
});

test.each<[string, string, string]>([
  ["no JSON", "{", "tables.json is no JSON."],
  [
    "in the middle of a merge",
    '{\n<<<<<<< HEAD\n  "format": 1\n=======\n',
    "It has conflicts of a merge: keep both sides.",
  ],
  ["of a newer ego", '{"format": 2}', "has format 2, and this ego reads format 1. Install a newer @ego/cli."],
  ["without a format", "{}", "format has to be a whole number"],
  ["a list", "[]", "the document has to be an object"],
  ["with a migration that is a path", '{"format": 1, "migrations": ["../x"]}', "migrations[0] has to be a text like"],
  [
    "with a table that is code",
    JSON.stringify({ format: 1, tables: [{ ...items, name: '"); drop(); ("' }] }),
    "tables[0].name has to be a text like",
  ],
  [
    "with a column that is code",
    JSON.stringify({ format: 1, tables: [{ ...items, columns: [{ ...items.columns[0], name: "a b" }] }] }),
    "tables[0].columns[0].name has to be a text like",
  ],
  [
    "with a type that is a comment's end",
    JSON.stringify({ format: 1, tables: [{ ...items, columns: [{ ...items.columns[0], type: "int32\nx" }] }] }),
    "tables[0].columns[0].type has to be a text like",
  ],
  [
    "with a kind that there is not",
    JSON.stringify({ format: 1, tables: [{ ...items, kind: "view" }] }),
    "tables[0].kind has to be one of state, read-model",
  ],
  ["with a table twice", JSON.stringify({ format: 1, tables: [items, items] }), 'tables.json has "items" twice.'],
  [
    "with a column twice",
    JSON.stringify({ format: 1, tables: [{ ...items, columns: [...items.columns, items.columns[0]] }] }),
    'tables.json has "id" twice. Keep one of them.',
  ],
  [
    "with a prototype for a table",
    '{"format": 1, "tables": [{"__proto__": {"name": "x"}}]}',
    "tables[0].name has to be a text like",
  ],
])("a tables.json %s is refused", (_, text, message) => {
  expect(() => readTablesFile("tables.json", text)).toThrow(message);
});

test("the names of migrations come behind those that are there, whatever the clock says", () => {
  const now = new Date("2026-11-24T17:09:34.9Z");
  const file = (name: string) => ({ name, file: `${name}.ts` });
  expect(migrationNames([], now, ["a", "b"])).toEqual(["20261124170934_a", "20261124170935_b"]);
  expect(migrationNames([file("20261124170934_x")], now, ["a"])).toEqual(["20261124170935_a"]);
  expect(migrationNames([file("20271231235959_x"), file("0001_y")], now, ["a"])).toEqual(["20280101000000_a"]);
  expect(migrationNames([file("99999999999999_x")], now, ["a"])).toEqual(["20261124170934_a"]);
});

test("remarks are comments, whatever is in them", () => {
  const text = migrationText([], ["at main\u2028throw new Error()"]);
  expect(text.split("\n")[0]).toBe("// at main\\u{2028}throw new Error()");
});
