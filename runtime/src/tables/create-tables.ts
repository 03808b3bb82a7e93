import { type Kysely, type RawBuilder, sql } from "kysely";
import type { TableData } from "../codegen/table.ts";
import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import { checkColumns, checkIndex } from "./check-table.ts";
import { compileTable } from "./compiled-table.ts";
import { columnDefinition, definitionsOf } from "./definitions.ts";
import { type AnyDatabase, type Place, type TableDialect, tableRef } from "./dialects/dialect.ts";
import { dialectOf } from "./dialects/dialect-of.ts";
import { schemaOf } from "./table-session.ts";
import { columnsAt, type TableIndex, type TableShape, tableText } from "./table-shape.ts";

/**
 * Creates tables and indexes that are missing, and checks those that are there; nothing is ever changed or dropped. Any
 * number of programs may do it at once. Where a database can, it is one transaction; MySQL and MariaDB commit after
 * each statement.
 *
 * @throws EgoError `unsupported` if a table is there and cannot hold the rows, with the statements that would mend it;
 *   or if this version cannot keep such a table
 */
export async function createTables<DB>(db: Kysely<DB>, tables: readonly TableData[]): Promise<void> {
  const user = db as AnyDatabase;
  const dialect = dialectOf(user);
  const schema = schemaOf(user);
  const shapes = tables.map((data) => compileTable(data).shape);
  const plain: AnyDatabase = user.withoutPlugins();
  const createAll = async (on: AnyDatabase) => {
    const texts = await dialect.prepare(on);
    await dialect.lock(on);
    for (const shape of shapes) {
      await createTable(on, { dialect, shape, place: { schema, name: shape.name } }, texts);
    }
  };
  if (dialect.family === "mysql") {
    if (db.isTransaction) {
      throw new EgoError(
        "unsupported",
        "MySQL and MariaDB commit a transaction when they create a table: call createTables outside of it.",
      );
    }
    await plain.connection().execute(createAll);
  } else if (db.isTransaction) await createAll(plain);
  else await plain.transaction().execute(createAll);
}

/** A table that is to be there. */
export interface WantedTable {
  readonly dialect: TableDialect;
  readonly shape: TableShape;
  readonly place: Place;
}

/**
 * Creates one table with its indexes, or checks it. The caller holds a lock, where there is one.
 *
 * @param texts what the dialect's `prepare` answered
 * @throws EgoError `unsupported` if a table of that name is there and cannot hold the rows
 */
export async function createTable(db: AnyDatabase, wanted: WantedTable, texts: string): Promise<void> {
  const { dialect, shape, place } = wanted;
  if ((await dialect.columnsOf(db, place)).length === 0) {
    await tableStatement(wanted, texts).execute(db);
  }
  // Also where it was missing: on a database that commits after each statement, another program may have been faster.
  checkColumns(wanted, texts, await dialect.columnsOf(db, place));
  const found = await dialect.indexesOf(db, place);
  for (const index of shape.indexes) {
    if (found.some(({ name }) => name.toLowerCase() === index.name.toLowerCase())) checkIndex(wanted, index, found);
    else await createIndex(db, wanted, index);
  }
}

/** What is there of a table that is wanted. */
export interface TableStatus {
  readonly name: string;
  readonly present: boolean;
  readonly missingIndexes: readonly string[];
  /** Why it cannot hold the rows as it is, and what to do. */
  readonly problem?: string;
}

/** Looks at tables, and changes nothing. */
export async function tableStatuses<DB>(db: Kysely<DB>, tables: readonly TableData[]): Promise<TableStatus[]> {
  if (tables.length === 0) return [];
  const user = db as AnyDatabase;
  const dialect = dialectOf(user);
  const plain: AnyDatabase = user.withoutPlugins();
  const texts = await dialect.prepare(plain);
  const statuses: TableStatus[] = [];
  for (const data of tables) {
    const { shape } = compileTable(data);
    statuses.push(
      await tableStatus(plain, { dialect, shape, place: { schema: schemaOf(user), name: shape.name } }, texts),
    );
  }
  return statuses;
}

async function tableStatus(db: AnyDatabase, wanted: WantedTable, texts: string): Promise<TableStatus> {
  const { dialect, shape, place } = wanted;
  const columns = await dialect.columnsOf(db, place);
  if (columns.length === 0) return { name: shape.name, present: false, missingIndexes: [] };
  const found = await dialect.indexesOf(db, place);
  const isThere = (index: TableIndex) => found.some(({ name }) => name.toLowerCase() === index.name.toLowerCase());
  const missingIndexes = shape.indexes.filter((index) => !isThere(index)).map(({ name }) => name);
  try {
    checkColumns(wanted, texts, columns);
    for (const index of shape.indexes) checkIndex(wanted, index, found);
  } catch (failure) {
    return { name: shape.name, present: true, missingIndexes, problem: textOf(failure) };
  }
  return { name: shape.name, present: true, missingIndexes };
}

function tableStatement({ dialect, shape, place }: WantedTable, texts: string): RawBuilder<unknown> {
  const columns = definitionsOf(shape).map((column) => {
    const single = shape.key.length === 1 && column === shape.columns[shape.key[0] ?? -1];
    const definition = sql`${sql.id(column.name)} ${sql.raw(columnDefinition(dialect, column, texts))}`;
    return single ? sql`${definition} primary key` : definition;
  });
  const key = sql.join(columnsAt(shape, shape.key).map(({ name }) => sql.id(name)));
  const parts = shape.key.length === 1 ? columns : [...columns, sql`primary key (${key})`];
  return sql`create table if not exists ${tableRef(place)} (${sql.join(parts)})${sql.raw(dialect.tableOptions)}`;
}

async function createIndex(db: AnyDatabase, wanted: WantedTable, index: TableIndex): Promise<void> {
  const { dialect, shape, place } = wanted;
  // With the key at its end, an index has the rows in the order of `list`.
  const key = index.unique || dialect.indexesHoldKey ? [] : shape.key.filter((at) => !index.columns.includes(at));
  const columns = columnsAt(shape, [...index.columns, ...key]).map(
    ({ name, nullable }) => sql`${sql.id(name)} ${dialect.order(nullable, false)}`,
  );
  const create = sql.raw(index.unique ? "create unique index" : "create index");
  try {
    await sql`${create} ${dialect.indexRef({ ...place, name: index.name })} on ${dialect.indexedTable(place)} (${sql.join(columns)})`.execute(
      db,
    );
  } catch (cause) {
    const found = await dialect.indexesOf(db, place).catch(() => []);
    if (found.some(({ name }) => name === index.name)) return checkIndex(wanted, index, found);
    throw new EgoError(
      "unsupported",
      `${tableText(shape)} cannot have its index "${index.name}" (${textOf(cause)}). ${
        index.unique
          ? "If rows that are there have the same values, change them by a migration."
          : "Give the index another name, or other fields."
      }`,
      { cause, details: { table: shape.name, index: index.name } },
    );
  }
}
