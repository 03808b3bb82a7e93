import type { Kysely, RawBuilder } from "kysely";
import { sqlite } from "../../tables/dialects/sqlite.ts";
import { findStatement, removeStatement, type Target, upsertStatement } from "../../tables/statements.ts";
import type { SqlValue, TableShape } from "../../tables/table-shape.ts";
import type { JournalDatabase } from "./schema.ts";
import type { Connection } from "./sqlite-connection.ts";
import type { SqliteInput, SqliteStatement } from "./sqlite-database.ts";

/** The typed table of one entity on one connection. */
export interface SqliteTable {
  readonly shape: TableShape;
  /** The row of an entity, and the revision that it has. */
  find(key: SqlValue): { readonly revision: number; readonly row: readonly SqlValue[] } | undefined;
  upsert(row: readonly SqlValue[], revision: number): void;
  remove(key: SqlValue): void;
}

/** A table in the file of a store. */
export function targetOf(shape: TableShape): Target {
  return { shape, dialect: sqlite, place: { schema: undefined, name: shape.name } };
}

/** Opens the typed table of an entity. */
export function openTable(connection: Connection, db: Kysely<JournalDatabase>, shape: TableShape): SqliteTable {
  const { find, upsert, remove } = prepareAll(connection, db, targetOf(shape));
  const { columns, name } = shape;
  const bound = (value: SqlValue, index: number): SqliteInput => {
    const column = columns[index];
    return (column === undefined ? value : sqlite.bind(value, column, name)) as SqliteInput;
  };
  return {
    shape,
    find(key) {
      const values = find.get(key) as unknown as readonly SqlValue[] | undefined;
      if (values === undefined) return undefined;
      return { revision: Number(values[columns.length]), row: values.slice(0, columns.length) };
    },
    upsert(row, revision) {
      upsert.run(...row.map(bound), revision);
    },
    remove(key) {
      remove.run(key);
    },
  };
}

function prepareAll(
  connection: Connection,
  db: Kysely<JournalDatabase>,
  target: Target,
): { readonly find: SqliteStatement; readonly upsert: SqliteStatement; readonly remove: SqliteStatement } {
  const prepare = (query: RawBuilder<unknown>) => connection.prepare({ compile: () => query.compile(db) });
  const find = prepare(findStatement(target));
  find.setReturnArrays(true);
  find.setReadBigInts(true);
  return { find, upsert: prepare(upsertStatement(target)), remove: prepare(removeStatement(target, false)) };
}
