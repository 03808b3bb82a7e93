import type { ColumnSchema, IndexSchema, TableSchema } from "./table-schema.ts";

/** One change of a table, as a migration makes it. */
export type TableChange =
  | { readonly action: "create-table"; readonly table: TableSchema; readonly again: boolean }
  | { readonly action: "rename-table"; readonly table: TableSchema; readonly from: string }
  /** A choice: it stays unless the user decides otherwise. */
  | { readonly action: "drop-table"; readonly table: TableSchema }
  | {
      readonly action: "rename-column";
      readonly table: TableSchema;
      readonly column: ColumnSchema;
      readonly from: ColumnSchema;
      /** Whether the user said so; else the number of the field does. */
      readonly told: boolean;
    }
  | { readonly action: "drop-index"; readonly table: TableSchema; readonly index: IndexSchema; readonly again: boolean }
  /** A text that comes into an index, or out of the last one: another type on MySQL. */
  | {
      readonly action: "sort-text";
      readonly table: TableSchema;
      readonly column: ColumnSchema;
      readonly sorted: boolean;
    }
  | {
      readonly action: "alter-column";
      readonly table: TableSchema;
      readonly column: ColumnSchema;
      readonly from: ColumnSchema;
      readonly sorted: boolean;
    }
  | {
      readonly action: "add-column";
      readonly table: TableSchema;
      readonly column: ColumnSchema;
      readonly sorted: boolean;
      /** Whether its field was kept without a column before. */
      readonly omitted: boolean;
      /** Whether an earlier migration left a column of this name behind. */
      readonly again: boolean;
      /** Columns that go at the same time, and could be this one. */
      readonly likely: readonly ColumnSchema[];
    }
  | { readonly action: "add-rest"; readonly table: TableSchema }
  /** A choice: it stays for programs of the old release unless the user decides otherwise. */
  | {
      readonly action: "drop-column";
      readonly table: TableSchema;
      readonly column: ColumnSchema;
      readonly sorted: boolean;
    }
  /** A decision: what becomes of the values is not known, and nothing is done until the user says so. */
  | {
      readonly action: "convert-column";
      readonly table: TableSchema;
      readonly column: ColumnSchema;
      readonly from: ColumnSchema;
      readonly sorted: boolean;
    }
  /** A decision: its field has no column any more, and the values in it would not be read. */
  | { readonly action: "omit-column"; readonly table: TableSchema; readonly column: ColumnSchema }
  | { readonly action: "create-index"; readonly table: TableSchema; readonly index: IndexSchema };

/** Whether a change waits for the user: the migration fails until it is decided. */
export function isDecision({ action }: TableChange): boolean {
  return action === "convert-column" || action === "omit-column";
}

/** Whether a change is left to the user, and nothing has to be done. */
export function isChoice({ action }: TableChange): boolean {
  return action === "drop-column" || action === "drop-table";
}

/** What a change does, in a few words. */
export function changeText(change: TableChange): string {
  const { table } = change;
  const of = ({ name }: ColumnSchema) => `${table.name}.${name}`;
  switch (change.action) {
    case "create-table":
      return `new table ${table.name}`;
    case "rename-table":
      return `table ${change.from} becomes ${table.name}`;
    case "drop-table":
      return `table ${table.name} is in no proto any more`;
    case "rename-column":
      return `column ${of(change.from)} becomes ${change.column.name}`;
    case "drop-index":
      return `index ${change.index.name} of ${table.name} is dropped${change.again ? ", and created anew" : ""}`;
    case "sort-text":
      return `column ${of(change.column)} ${change.sorted ? "comes into an index" : "is in no index any more"}`;
    case "alter-column":
      return change.from.kind === change.column.kind
        ? `column ${of(change.column)} may ${change.column.nullable ? "" : "not "}be null`
        : `column ${of(change.column)} takes ${change.column.type}`;
    case "add-column":
      return `new column ${of(change.column)}`;
    case "add-rest":
      return `new column ${table.name}.ego_rest, for fields without a column`;
    case "drop-column":
      return `column ${of(change.column)} is in no proto any more`;
    case "convert-column":
      return `column ${of(change.column)} was ${change.from.type}, and is ${change.column.type}`;
    case "omit-column":
      return `the field of column ${of(change.column)} has no column any more`;
    case "create-index":
      return `new ${change.index.unique ? "unique " : ""}index ${change.index.name} of ${table.name}`;
  }
}
