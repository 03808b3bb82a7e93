import { type Dialect, SqliteDialect } from "kysely";
import { requireSqlite } from "./require-sqlite.ts";
import { noteCopy } from "./sqlite-copies.ts";
import type { SqliteDatabase, SqliteInput, SqliteRow, SqliteStatement } from "./sqlite-database.ts";
import { sqliteFailure } from "./sqlite-failure.ts";
import { type SqliteFilename, sqlitePath } from "./sqlite-filename.ts";

/** Settings of a dialect for plain Kysely. */
export interface SqliteDialectOptions {
  /** The file. */
  readonly filename: SqliteFilename;
  /** Refuses every change; the file must exist. False if not given. */
  readonly readOnly?: boolean;
}

const busyTimeoutMs = 5_000;

/**
 * A Kysely dialect on Node's own SQLite, to query the typed tables of an engine beside it:
 *
 * ```ts
 * const db = new Kysely<InventoryDatabase>({ dialect: sqliteDialect({ filename: "shop.db", readOnly: true }) });
 * ```
 *
 * It opens a connection of its own at the first query, and `db.destroy()` closes it. Integers come as numbers where
 * those are exact, else as bigints; bytes as `Uint8Array`. Transactions take the write lock as they begin, so that
 * two programs on one file wait for each other (5 seconds) instead of failing.
 *
 * @throws EgoError `unsupported` if this Node has no SQLite, `invalid_argument` for a filename that is none; a query fails
 *   with `unavailable` or `data_loss` if the file cannot be opened, with `invalid_argument` if a store of this process has
 *   it open by better-sqlite3
 */
export function sqliteDialect(options: SqliteDialectOptions): Dialect {
  requireSqlite();
  const { readOnly = false } = options;
  const filename = sqlitePath(options.filename, 'sqliteDialect({ filename: "app.db" })');
  return new SqliteDialect({
    database: async () => {
      const { DatabaseSync } = await import("node:sqlite");
      const forget = noteCopy(filename, "node:sqlite");
      try {
        const database = new DatabaseSync(filename, { readOnly, timeout: busyTimeoutMs });
        // SQLite opens a file without looking into it: the first read finds what is wrong with it.
        database.prepare("select count(*) from sqlite_schema").get();
        return {
          ...kyselyDatabase(database, !readOnly),
          close() {
            database.close();
            forget();
          },
        };
      } catch (failure) {
        forget();
        throw sqliteFailure(failure, filename, readOnly);
      }
    },
  });
}

/** A statement as Kysely's SQLite dialect asks for it. */
export interface KyselyStatement {
  /** Whether it gives rows. */
  readonly reader: boolean;
  all(parameters: readonly unknown[]): SqliteRow[];
  run(parameters: readonly unknown[]): ReturnType<SqliteStatement["run"]>;
  iterate(parameters: readonly unknown[]): IterableIterator<SqliteRow>;
}

/** A dialect on a connection that somebody else opened. */
export function connectionDialect(database: SqliteDatabase): Dialect {
  return new SqliteDialect({ database: kyselyDatabase(database, true) });
}

/** What Kysely's SQLite dialect asks of a database. */
function kyselyDatabase(database: SqliteDatabase, writes: boolean) {
  return {
    close: () => database.close(),
    prepare(sql: string) {
      // Kysely's `begin` is deferred: a transaction that reads first then fails at its first write if another program
      // wrote meanwhile.
      return kyselyStatement(database.prepare(writes && sql === "begin" ? "begin immediate" : sql));
    },
  };
}

/** A statement whose values are those that a dialect of ours gives. */
export function kyselyStatement(statement: SqliteStatement): KyselyStatement {
  statement.setReadBigInts(true);
  return {
    reader: statement.columns().length > 0,
    all: (parameters: readonly unknown[]) => statement.all(...(parameters as SqliteInput[])).map(plainRow),
    run: (parameters: readonly unknown[]) => statement.run(...(parameters as SqliteInput[])),
    *iterate(parameters: readonly unknown[]) {
      for (const row of statement.iterate(...(parameters as SqliteInput[]))) yield plainRow(row);
    },
  };
}

function plainRow(row: SqliteRow): SqliteRow {
  // node:sqlite's rows have no prototype.
  const plain = { ...row };
  for (const column in plain) {
    const value = plain[column];
    if (typeof value === "bigint") plain[column] = integer(value);
  }
  return plain;
}

function integer(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
