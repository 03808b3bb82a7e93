import type { ColumnSchema, TableSchema } from "./table-schema.ts";
import { stringLiteral } from "./typescript-text.ts";

// Pieces of migrations, in TypeScript.

/** Lines of text. */
export type Lines = readonly string[];

/** Alters a column that is there. */
export function alteration(table: TableSchema, column: ColumnSchema, sorted: boolean): string {
  const zero = column.nullable ? "" : `, ${zeroOf(column)}`;
  return `await tables.alterColumn(${stringLiteral(table.name)}, ${stringLiteral(column.name)}, ${typeOf(column, sorted)}${zero});`;
}

/** Adds a column to a table that is there. */
export function addedTo(table: TableSchema, column: ColumnSchema, sorted: boolean, constraints: string): Lines {
  const add = addition(column.name, typeOf(column, sorted), constraints);
  if (constraints === "") return [`await ${alter(table.name)}${add}.execute();`];
  return ["await db.schema", `  .alterTable(${stringLiteral(table.name)})`, `  ${add}`, "  .execute();"];
}

/** A column, as a call of a builder. */
export function addition(name: string, type: string, constraints: string): string {
  const build = constraints === "" ? "" : `, (column) => column${constraints}`;
  return `.addColumn(${stringLiteral(name)}, ${type}${build})`;
}

/** The type of a column. */
export function typeOf({ kind }: ColumnSchema, sorted: boolean): string {
  if (kind === "text") return `tables.types.${sorted ? "sortedText" : "text"}`;
  return `tables.types.${kind === "list" || kind === "map" ? "json" : kind}`;
}

/** The default of a column that must not be null. */
export function zeroOf({ kind }: ColumnSchema): string {
  // A message in JSON may always be null.
  return `tables.zeros.${kind === "json" ? "map" : kind}`;
}

/** The builder that alters a table. */
export function alter(table: string): string {
  return `db.schema.alterTable(${stringLiteral(table)})`;
}

/** Whether a table is there. */
export function hasTable(table: string): string {
  return `await tables.hasTable(${stringLiteral(table)})`;
}

/** Whether a column is there. */
export function hasColumn(table: TableSchema, column: string): string {
  return `await tables.hasColumn(${stringLiteral(table.name)}, ${stringLiteral(column)})`;
}

/** Arguments. */
export function literals(texts: readonly string[]): string {
  return texts.map(stringLiteral).join(", ");
}

/** Statements on a condition. */
export function when(condition: string, lines: Lines): Lines {
  return [`  if (${condition}) {`, ...lines.map((line) => `    ${line}`), "  }"];
}

/** Statements, unless a condition is met. */
export function unless(condition: string, lines: Lines): Lines {
  return when(`!(${condition})`, lines);
}

/** Statements that are left to the user. */
export function commented(lines: Lines): Lines {
  return lines.map((line) => `  // ${line.slice(2)}`);
}

/** Drops a column. */
export function dropped(table: TableSchema, column: ColumnSchema): string {
  return `await ${alter(table.name)}.dropColumn(${stringLiteral(column.name)}).execute();`;
}
