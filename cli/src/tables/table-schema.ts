/** What a column holds: the runtime's kinds, with those of JSON told apart where they may not be null. */
export type ColumnKind =
  | "text"
  | "integer"
  | "unsigned"
  | "bigint"
  | "digits"
  | "real"
  | "bytes"
  | "timestamp"
  | "json"
  | "list"
  | "map";

export const columnKinds: readonly ColumnKind[] = [
  "text",
  "integer",
  "unsigned",
  "bigint",
  "digits",
  "real",
  "bytes",
  "timestamp",
  "json",
  "list",
  "map",
];

/** A SQL table of a state or of a read model, as a version of the protos has it. */
export interface TableSchema {
  readonly name: string;
  readonly kind: "state" | "read-model";
  /** The name of the entity or of the read model. */
  readonly owner: string;
  /** Full name of the message that its rows are. */
  readonly message: string;
  /** All but those that ego adds. */
  readonly columns: readonly ColumnSchema[];
  readonly indexes: readonly IndexSchema[];
  /** Numbers of the fields without a column. */
  readonly omitted: readonly number[];
  /** Only in what migrations have left: no proto has it any more, and it may still be there. */
  readonly dropped?: true;
}

/** A column of a table. */
export interface ColumnSchema {
  readonly name: string;
  /** Number of its field: it stays, whatever the field is called. */
  readonly field: number;
  /** Type of its field, as the proto has it. */
  readonly type: string;
  readonly kind: ColumnKind;
  readonly nullable: boolean;
  readonly key: boolean;
  /** Encrypted: no version so far can keep such a table. */
  readonly sensitive?: true;
  /** See `TableSchema`. */
  readonly dropped?: true;
}

/** An index of a table. */
export interface IndexSchema {
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique: boolean;
}

/** The column in which the table of a state keeps the fields that have none of their own. */
export const restColumn = "ego_rest";

/** The column in which the table of a state keeps the revision of the entity. */
export const revisionColumn = "ego_revision";

/** Whether a table keeps fields without a column together, in one of ego's. */
export function hasRest({ kind, omitted }: TableSchema): boolean {
  return kind === "state" && omitted.length > 0;
}

/** The columns that the protos have. */
export function liveColumns({ columns }: TableSchema): readonly ColumnSchema[] {
  return columns.filter(({ dropped }) => dropped === undefined);
}

/** Names of the columns of the primary key, in order. */
export function keyOf(table: TableSchema): readonly string[] {
  return liveColumns(table).flatMap(({ name, key }) => (key ? [name] : []));
}

/** Whether a column is part of the key or of an index. */
export function isSorted({ indexes }: TableSchema, { name, key }: ColumnSchema): boolean {
  return key || indexes.some(({ columns }) => columns.includes(name));
}
