import { type Kysely, type RawBuilder, sql } from "kysely";
import { type AnyDatabase, type Place, type TableDialect, tableRef } from "./dialects/dialect.ts";
import { dialectOf } from "./dialects/dialect-of.ts";
import { zeros as zeroValues } from "./field-value.ts";
import { replaceColumn } from "./replace-column.ts";
import { schemaOf } from "./table-session.ts";
import type { ColumnKind } from "./table-shape.ts";

/** The types of columns, by what they hold. `sortedText` is for texts in a key or in an index. */
export type ColumnTypes = Readonly<Record<ColumnKind | "sortedText", RawBuilder<unknown>>>;

/** What columns that must not be null hold where nothing was set: defaults. A list and a map are JSON. */
export type ColumnZeros = Readonly<Record<Exclude<ColumnKind, "json"> | "list" | "map", RawBuilder<unknown>>>;

/**
 * What a migration of ego's tables asks the database that it runs on, beside Kysely's schema builder. Released
 * migrations hold on to it: what is here keeps its meaning.
 */
export interface TableMigration {
  /** Whose SQL the database speaks. */
  readonly family: "sqlite" | "postgres" | "mysql";
  readonly types: ColumnTypes;
  readonly zeros: ColumnZeros;
  /** What stands behind the columns of `create table`: `modifyEnd(tableOptions)`. */
  readonly tableOptions: RawBuilder<unknown>;
  hasTable(table: string): Promise<boolean>;
  /** False if the table is not there either. */
  hasColumn(table: string, column: string): Promise<boolean>;
  /** False if the table is not there either. */
  hasIndex(table: string, index: string): Promise<boolean>;
  /** A column that may be null, in an index. */
  nullsFirst(column: string): RawBuilder<unknown>;
  /** The columns of the key that an index which is not unique ends with: none where the database adds them itself. */
  keyAtEnd(...columns: string[]): string[];
  /** Drops an index, if it is there. */
  dropIndex(table: string, index: string): Promise<void>;
  /**
   * Gives a column that is there another type, and says whether it may be null. Its values stay. SQLite cannot do that:
   * there, another column takes its place, with its indexes, behind the others.
   *
   * @param zero the column must not be null: what becomes of nulls, and its default; without it, it may be null, and has
   *   no default
   */
  alterColumn(table: string, column: string, type: RawBuilder<unknown>, zero?: RawBuilder<unknown>): Promise<void>;
}

/**
 * Opens what a migration of ego's tables needs, on the database that it is given. `ego migrate diff` writes migrations
 * that begin with it. On Postgres, others that create tables of ego's wait until the transaction ends.
 *
 * @throws EgoError `unsupported` if ego has no tables there, or if the session would change values instead of refusing
 *   them
 */
export async function tableMigration<DB>(db: Kysely<DB>): Promise<TableMigration> {
  const user = db as AnyDatabase;
  const dialect = dialectOf(user);
  const schema = schemaOf(user);
  const plain: AnyDatabase = user.withoutPlugins();
  const texts = await dialect.prepare(plain);
  await dialect.lock(plain);

  const placeOf = (name: string): Place => ({ schema, name });
  const indexNamed = async (table: string, index: string) =>
    (await dialect.indexesOf(plain, placeOf(table))).find(({ name }) => sameName(dialect, name, index));

  return {
    family: dialect.family,
    types: typesOf(dialect, texts),
    zeros: zerosOf(dialect),
    tableOptions: sql.raw(dialect.tableOptions.trimStart()),
    hasTable: async (table) => (await dialect.columnsOf(plain, placeOf(table))).length > 0,
    hasColumn: async (table, column) =>
      (await dialect.columnsOf(plain, placeOf(table))).some(({ name }) => sameName(dialect, name, column)),
    hasIndex: async (table, index) => (await indexNamed(table, index)) !== undefined,
    nullsFirst: (column) => sql`${sql.id(column)} ${dialect.order(true, false)}`,
    keyAtEnd: (...columns) => (dialect.indexesHoldKey ? [] : columns),
    async dropIndex(table, index) {
      const found = await indexNamed(table, index);
      if (found === undefined) return;
      const on = dialect.family === "mysql" ? sql` on ${tableRef(placeOf(table))}` : sql``;
      const place = dialect.family === "mysql" ? { schema: undefined, name: found.name } : placeOf(found.name);
      await sql`drop index ${tableRef(place)}${on}`.execute(plain);
    },
    alterColumn: (table, column, type, zero) =>
      replaceColumn(plain, dialect, placeOf(table), { name: column, type, ...(zero === undefined ? {} : { zero }) }),
  };
}

function typesOf(dialect: TableDialect, texts: string): ColumnTypes {
  const type = (kind: ColumnKind, sorted = false) => sql.raw(dialect.typeOf({ kind, sorted }, texts));
  return {
    text: type("text"),
    sortedText: type("text", true),
    integer: type("integer"),
    unsigned: type("unsigned"),
    bigint: type("bigint"),
    digits: type("digits"),
    real: type("real"),
    bytes: type("bytes"),
    timestamp: type("timestamp"),
    json: type("json"),
  };
}

function zerosOf(dialect: TableDialect): ColumnZeros {
  const zero = (kind: Exclude<ColumnKind, "json">) => sql.raw(dialect.literal(zeroValues[kind], kind));
  return {
    text: zero("text"),
    integer: zero("integer"),
    unsigned: zero("unsigned"),
    bigint: zero("bigint"),
    digits: zero("digits"),
    real: zero("real"),
    bytes: zero("bytes"),
    timestamp: zero("timestamp"),
    list: sql.raw(dialect.literal("[]", "json")),
    map: sql.raw(dialect.literal("{}", "json")),
  };
}

/** Only Postgres knows two names that differ in case only. */
function sameName({ family }: TableDialect, some: string, other: string): boolean {
  return family === "postgres" ? some === other : some.toLowerCase() === other.toLowerCase();
}
