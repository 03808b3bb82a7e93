import { type Kysely, type RawBuilder, sql } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import type { Column, ColumnKind, SqlValue } from "../table-shape.ts";

/** A database whose tables are not known to the type checker here. */
// biome-ignore lint/suspicious/noExplicitAny: Kysely is invariant in it
export type AnyDatabase = Kysely<any>;

/** Where a table is: its name, and the schema that the user's Kysely puts in front of it. */
export interface Place {
  readonly schema: string | undefined;
  readonly name: string;
}

/** A column as a database has it. */
export interface FoundColumn {
  readonly name: string;
  /** Must be given: not null, and without a default. */
  readonly required: boolean;
  readonly key: boolean;
  /** Compares texts as ego's tables do. */
  readonly exact: boolean;
}

/** An index as a database has it. */
export interface FoundIndex {
  readonly name: string;
  readonly unique: boolean;
  readonly columns: readonly string[];
}

/** What a column becomes. */
export interface ColumnChange {
  readonly column: string;
  readonly value: RawBuilder<unknown>;
}

/** A number that is added to what a column holds. */
export interface ColumnSum {
  readonly kind: ColumnKind;
  /** The column as it is. */
  readonly column: RawBuilder<unknown>;
  /** As the column would hold it, but that it may be less than 0; of `digits`, without a sign. */
  readonly amount: RawBuilder<unknown>;
  /** Of `digits`: whether the amount is taken away. */
  readonly negative: boolean;
}

/** The numbers that columns of unsigned integers hold. */
export const most32: RawBuilder<unknown> = sql.raw(String(2n ** 32n - 1n));
export const most64: RawBuilder<unknown> = sql.raw(String(2n ** 64n - 1n));

/** What differs from one family of databases to the next. */
export interface TableDialect {
  readonly family: "sqlite" | "postgres" | "mysql";
  /** The type of a column; `texts` is what `prepare` answered. */
  typeOf(column: Pick<Column, "kind" | "sorted">, texts: string): string;
  /** What stands behind the parenthesis of `create table`. */
  readonly tableOptions: string;
  /** An identifier in a text for people; SQL that is run gets its identifiers through Kysely. */
  quoted(identifier: string): string;
  /** A value as the default of a column. */
  literal(value: SqlValue, kind: ColumnKind): string;
  /**
   * A value as its driver takes it.
   *
   * @throws EgoError `invalid_argument` if the database cannot hold it
   */
  bind(value: SqlValue, column: Column, table: string): SqlValue;
  /** How a column is read so that it comes exactly, whatever the settings of the driver. */
  read(column: RawBuilder<unknown>, kind: ColumnKind): RawBuilder<unknown>;
  /** Nulls come first, and last in descending order: what stands behind a column in `order by` for that. */
  order(nullable: boolean, descending: boolean): RawBuilder<unknown>;
  /** Whether a column that is null in all rows has to be in `order by`, so that the index is used; others then sort. */
  readonly ordersByNull: boolean;
  /** Whether `(a, b) > (c, d)` is a range of an index. */
  readonly comparesRows: boolean;
  /** Whether the key is at the end of every index anyway. */
  readonly indexesHoldKey: boolean;
  /** What follows `insert … values …` so that a row with that key is left as it is, and not inserted. */
  skip(key: readonly string[]): RawBuilder<unknown>;
  /** What follows `insert … values …` so that a row with that key is changed; without changes, it is left as it is. */
  overwrite(key: readonly string[], changes: readonly ColumnChange[]): RawBuilder<unknown>;
  /** In such a change: what would have been inserted. */
  inserted(column: string): RawBuilder<unknown>;
  /** What a column comes to, of which null counts as 0. The statement fails if the column cannot hold it. */
  sum(sum: ColumnSum): RawBuilder<unknown>;
  /**
   * Looks at the settings of the session, and answers what follows the type of a text.
   *
   * @throws EgoError `unsupported` if it would change values instead of refusing them
   */
  prepare(db: AnyDatabase): Promise<string>;
  /** Waits until no other program creates tables; the lock ends with the transaction. */
  lock(db: AnyDatabase): Promise<void>;
  /** An index, where it is created; and its table there. SQLite names the schema at the index, the others at the table. */
  indexRef(index: Place): RawBuilder<unknown>;
  indexedTable(table: Place): RawBuilder<unknown>;
  /** Columns of a table; none if it is not there. */
  columnsOf(db: AnyDatabase, place: Place): Promise<readonly FoundColumn[]>;
  indexesOf(db: AnyDatabase, place: Place): Promise<readonly FoundIndex[]>;
  /** Gives an index of a table another name. */
  renameIndex(db: AnyDatabase, table: Place, index: FoundIndex, name: string): Promise<void>;
}

/** A value that the database cannot hold. */
export function unstorable(table: string, column: string, text: string): EgoError {
  return new EgoError("invalid_argument", `Column "${column}" of table "${table}" cannot hold it: ${text}.`, {
    details: { table, column },
  });
}

/** Rows of (index, unique, column), in order, as indexes. */
export function groupIndexes(
  rows: readonly { readonly name: string; readonly is_unique: unknown; readonly column_name: string | null }[],
): readonly FoundIndex[] {
  const found = new Map<string, { name: string; unique: boolean; columns: string[] }>();
  for (const { name, is_unique, column_name } of rows) {
    let index = found.get(name);
    if (index === undefined) {
      index = { name, unique: Number(is_unique) === 1, columns: [] };
      found.set(name, index);
    }
    if (column_name !== null) index.columns.push(column_name);
  }
  return [...found.values()];
}

/** The table in SQL. */
export function tableRef({ schema, name }: Place): RawBuilder<unknown> {
  return schema === undefined ? sql.id(name) : sql.id(schema, name);
}
