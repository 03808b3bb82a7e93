import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileTable } from "../../runtime/src/tables/compiled-table.ts";
import { entitiesBelow } from "./every-entity.ts";

interface SchemaJson {
  readonly entities: readonly { readonly name: string; readonly table?: TableJson }[];
}

interface TableJson {
  readonly columns: readonly { readonly name: string; readonly nullable: boolean }[];
}

test("the generator and the runtime agree on which columns may be null", async () => {
  const gen = `${import.meta.dirname}/gen`;
  const json = JSON.parse(readFileSync(`${gen}/ego.schema.json`, "utf8")) as SchemaJson;
  const printed = new Map(json.entities.map(({ name, table }) => [name, table]));
  const tables = (await entitiesBelow(gen)).flatMap(({ table: { name, table } }) => (table ? [{ name, table }] : []));
  expect(tables.length).toBeGreaterThan(5);
  for (const { name, table } of tables) {
    const wanted = printed
      .get(name)
      ?.columns.filter((column) => column.nullable)
      .map((column) => column.name);
    const { columns } = compileTable(table).shape;
    const nullable = columns
      .filter((column) => column.nullable && column.name !== "ego_rest")
      .map((column) => column.name);
    expect(nullable, name).toEqual(wanted);
  }
});
