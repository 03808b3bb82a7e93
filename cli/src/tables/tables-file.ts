import { Failure } from "../failure.ts";
import { printableName } from "../terminal/printable.ts";
import { type JsonObject, readJson } from "./json-reader.ts";
import { fieldTypeText, messageName, migrationName, ownerName, sqlName } from "./names.ts";
import { type ColumnSchema, columnKinds, type TableSchema } from "./table-schema.ts";

/** What `tables.json` says, beside the migrations. */
export interface TablesFile {
  /** The migrations that `ego migrate diff` wrote. */
  readonly migrations: readonly string[];
  /** The tables as they are when all of them are applied. */
  readonly tables: readonly TableSchema[];
}

/**
 * Reads a `tables.json`.
 *
 * @param name what errors call it
 * @throws Failure if it is none
 */
export function readTablesFile(name: string, text: string): TablesFile {
  const { root } = readJson(name, text);
  const file = { migrations: root.texts("migrations", migrationName), tables: root.objects("tables").map(tableOf) };
  // As after a merge that kept both sides of what was one thing.
  const names = (of: readonly { readonly name: string }[]) => of.map((one) => one.name);
  const lists = [file.migrations, names(file.tables), ...file.tables.map(({ columns }) => names(columns))];
  const twice = lists.flatMap((list) => list.filter((one, index) => list.indexOf(one) < index));
  if (twice.length > 0) throw new Failure("input", `${printableName(name)} has "${twice[0]}" twice. Keep one of them.`);
  return file;
}

function tableOf(table: JsonObject): TableSchema {
  return {
    name: table.text("name", sqlName),
    kind: table.one("kind", ["state", "read-model"]),
    owner: table.text("owner", ownerName),
    message: table.text("message", messageName),
    columns: table.objects("columns").map((column) => ({
      name: column.text("name", sqlName),
      field: column.number("field"),
      type: column.text("type", fieldTypeText),
      kind: column.one("kind", columnKinds),
      nullable: column.flag("nullable"),
      key: column.flag("key"),
      ...(column.flag("dropped") ? { dropped: true as const } : {}),
    })),
    indexes: table.objects("indexes").map((index) => ({
      name: index.text("name", sqlName),
      columns: index.texts("columns", sqlName),
      unique: index.flag("unique"),
    })),
    omitted: table.numbers("omitted"),
    ...(table.flag("dropped") ? { dropped: true as const } : {}),
  };
}

/** A `tables.json`: a line for each column, so that git merges what two branches do to different ones. */
export function tablesFileText({ migrations, tables }: TablesFile): string {
  const members = [
    `  "format": 1`,
    `  "migrations": ${list(
      migrations.map((name) => JSON.stringify(name)),
      "  ",
    )}`,
    `  "tables": ${list(tables.map(tableText), "  ")}`,
  ];
  return `{\n${members.join(",\n")}\n}\n`;
}

function tableText({ name, kind, owner, message, columns, indexes, omitted, dropped }: TableSchema): string {
  const line = (value: object) =>
    JSON.stringify(value, undefined, 1)
      .replaceAll(/\n */g, " ")
      .replaceAll(/\[ | \]/g, (bracket) => bracket.trim());
  const members = [
    `"name": ${JSON.stringify(name)}`,
    `"kind": ${JSON.stringify(kind)}`,
    `"owner": ${JSON.stringify(owner)}`,
    `"message": ${JSON.stringify(message)}`,
    ...(dropped ? [`"dropped": true`] : []),
    `"columns": ${list(
      columns.map((column) => line(columnJson(column))),
      "      ",
    )}`,
    `"indexes": ${list(
      indexes.map((index) =>
        line({ name: index.name, columns: index.columns, ...(index.unique ? { unique: true } : {}) }),
      ),
      "      ",
    )}`,
    ...(omitted.length > 0 ? [`"omitted": [${omitted.join(", ")}]`] : []),
  ];
  return `{\n${members.map((member) => `      ${member}`).join(",\n")}\n    }`;
}

function columnJson({ name, field, type, kind, nullable, key, dropped }: ColumnSchema): object {
  return {
    name,
    field,
    type,
    kind,
    ...(nullable ? { nullable } : {}),
    ...(key ? { key } : {}),
    ...(dropped ? { dropped } : {}),
  };
}

function list(items: readonly string[], indent: string): string {
  return items.length === 0 ? "[]" : `[\n${items.map((item) => `${indent}  ${item}`).join(",\n")}\n${indent}]`;
}
