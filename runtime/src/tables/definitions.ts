import type { TableDialect } from "./dialects/dialect.ts";
import { type Column, revisionColumn, type TableShape } from "./table-shape.ts";

const revision: Column = { name: revisionColumn, kind: "integer", nullable: false, initial: 0, sorted: false };

/** All columns of a table, with the revision of a state. */
export function definitionsOf({ columns, revision: has }: TableShape): readonly Column[] {
  return has ? [...columns, revision] : columns;
}

/** The type of a column, and whether it may be null. */
export function columnDefinition(dialect: TableDialect, column: Column, texts: string): string {
  return `${dialect.typeOf(column, texts)}${column.nullable ? "" : " not null"}`.trimStart();
}

/** As `columnDefinition`, where rows are there already. */
export function addedDefinition(dialect: TableDialect, column: Column, texts: string): string {
  const definition = columnDefinition(dialect, column, texts);
  return column.nullable ? definition : `${definition} default ${dialect.literal(column.initial, column.kind)}`;
}
