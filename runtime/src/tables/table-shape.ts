/** What a column holds; never `undefined`, never a boolean. */
export type SqlValue = string | number | bigint | Uint8Array | null;

/**
 * How a field is kept, on every database:
 *
 * - `integer`: signed integers of 32 bits, enums, booleans (0 or 1)
 * - `unsigned`: unsigned integers of 32 bits, which need 64 where all integers have a sign
 * - `bigint`: signed integers of 64 bits
 * - `digits`: unsigned integers of 64 bits, as text padded with zeros to 20 digits, so that they sort
 * - `real`: float and double
 * - `text`, `bytes`
 * - `timestamp`: `google.protobuf.Timestamp`, as RFC 3339 in UTC with nine digits behind the second, so that they sort
 * - `json`: other messages, repeated fields and maps, as protobuf JSON
 */
export type ColumnKind =
  | "text"
  | "integer"
  | "unsigned"
  | "bigint"
  | "digits"
  | "real"
  | "bytes"
  | "timestamp"
  | "json";

/** A column of a table. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Where unset and the default differ: null is unset. */
  readonly nullable: boolean;
  /** What rows that are there already get where the column is new and must not be null. */
  readonly initial: SqlValue;
  /** Part of the key or of an index. */
  readonly sorted: boolean;
}

/** An index of a table. */
export interface TableIndex {
  readonly name: string;
  /** Which of the columns, in order. */
  readonly columns: readonly number[];
  readonly unique: boolean;
}

/** A table as a database sees it: plain data, the same for every dialect, that can be sent to a worker. */
export interface TableShape {
  readonly name: string;
  /** Full name of the message that its rows are. */
  readonly rowType: string;
  /** All but the revision. */
  readonly columns: readonly Column[];
  /** Which of the columns are the primary key, in order. */
  readonly key: readonly number[];
  readonly indexes: readonly TableIndex[];
  /** Fields without a column, as the proto names them, that are kept together in `restColumn`. */
  readonly beside: readonly string[];
  /** Whether its rows are states, with their revision in `revisionColumn`. */
  readonly revision: boolean;
}

/** The column in which the table of a state keeps the entity's revision. */
export const revisionColumn = "ego_revision";

/** The column in which the table of a state keeps the fields that have no column of their own, as one message. */
export const restColumn = "ego_rest";

/** Names of all columns, in the order of a row's values; the revision, if there is one, is the last. */
export function columnNames({ columns, revision }: TableShape): readonly string[] {
  return [...columns.map(({ name }) => name), ...(revision ? [revisionColumn] : [])];
}

/** Some columns of a table, by their places. */
export function columnsAt({ columns }: TableShape, places: readonly number[]): readonly Column[] {
  return places.flatMap((place) => columns[place] ?? []);
}

/** A table in a text for people. */
export function tableText({ name, rowType }: Pick<TableShape, "name" | "rowType">): string {
  return `Table "${name}" of ${rowType}`;
}
