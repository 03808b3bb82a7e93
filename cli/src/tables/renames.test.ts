import { expect, test } from "vitest";
import { readRenames } from "./renames.ts";
import type { TableSchema } from "./table-schema.ts";

function table(name: string, message: string, columns: readonly string[]): TableSchema {
  return {
    name,
    kind: "state",
    owner: message.toLowerCase(),
    message: `shop.${message}`,
    columns: columns.map((column, field) => ({
      name: column,
      field,
      type: "string",
      kind: "text",
      nullable: false,
      key: field === 0,
    })),
    indexes: [],
    omitted: [],
  };
}

const before = [table("items", "Item", ["id", "title", "kept"]), table("users", "User", ["id"])];
const after = [table("articles", "Item", ["id", "name", "kept"]), table("people", "Person", ["id"])];

test("tables and columns, the table of a column by either name", () => {
  const renames = readRenames(["users=people"], before, after);
  expect(renames.tableBefore("people")).toBe("users");
  expect(renames.tableAfter("users")).toBe("people");
  for (const name of ["items", "articles"]) {
    expect(readRenames([`${name}.title=name`], before, after).columnBefore("articles", "name")).toBe("title");
  }
  const both = readRenames(["items.title=name", "items=articles"], before, after);
  expect([both.tableBefore("articles"), both.columnBefore("articles", "name")]).toEqual(["items", "title"]);
});

test.each([
  ["title=", "--rename title= is none: write table.old_column=new_column, or old_table=new_table."],
  ["-x=y", "--rename -x=y is none"],
  ["a.b.c=d", "--rename a.b.c=d is none"],
  ["\u001b[2Ja=b", "--rename \\x1b[2Ja=b is none"],
  ["user=people", '--rename user=people: there was no table "user". There were: items, users.'],
  ["users=persons", '--rename users=persons: there is no table "persons" now. There are: articles, people.'],
  ["items.titel=name", 'there was no column of articles "titel". There were: id, title, kept.'],
  ["items.title=nom", 'there is no column of articles "nom" now. There are: id, name, kept.'],
  ["items.kept=name", '--rename items.kept=name: "kept" is still there.'],
  ["items.title=kept", '--rename items.title=kept: "kept" was there before.'],
  ["orders.a=b", '--rename orders.a=b: there is no table "orders" that was there before and is now.'],
])("%j is refused", (text, message) => {
  expect(() => readRenames([text], before, after)).toThrow(message);
});
