import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { EgoError } from "../../error/ego-error.ts";
import { textOf } from "../../error/text-of.ts";
import type { OpenSqlite, SqliteDatabase, SqliteInput, SqliteRow, SqliteStatement } from "./sqlite-database.ts";

/** As much of a database of `better-sqlite3` as is used here. */
interface BetterDatabase {
  readonly inTransaction: boolean;
  readonly memory: boolean;
  readonly name: string;
  exec(sql: string): unknown;
  prepare(sql: string): BetterStatement;
  close(): unknown;
}

interface BetterOptions {
  readonly timeout: number;
  readonly readonly: boolean;
}

interface BetterStatement {
  /** Whether it gives rows. */
  readonly reader: boolean;
  raw(enabled: boolean): unknown;
  safeIntegers(enabled: boolean): unknown;
  columns(): readonly unknown[];
  get(...values: SqliteInput[]): unknown;
  all(...values: SqliteInput[]): unknown[];
  iterate(...values: SqliteInput[]): Iterable<unknown>;
  run(...values: SqliteInput[]): ReturnType<SqliteStatement["run"]>;
}

// Named in a variable, since it comes without types.
const packageName: string = "better-sqlite3";

/**
 * Loads `better-sqlite3`.
 *
 * @throws EgoError `unsupported` if it is not installed, or not made for this Node
 */
export async function loadBetterSqlite(): Promise<OpenSqlite> {
  let Database: new (filename: string, options: BetterOptions) => BetterDatabase;
  try {
    ({ default: Database } = await import(packageName));
  } catch (cause) {
    throw new EgoError(
      "unsupported",
      `The driver "better-sqlite3" of a SQLite store needs the package of that name: npm install better-sqlite3. (${textOf(cause)})`,
      { cause },
    );
  }
  return (filename, { timeoutMs, readOnly = false }) => {
    // It would open another file without a word.
    if (filename !== filename.trim()) {
      throw new EgoError("invalid_argument", `better-sqlite3 opens no file whose name ends in a space: "${filename}".`);
    }
    if (filename !== ":memory:" && !existsSync(dirname(filename))) throw new CannotOpen();
    return likeNode(new Database(filename, { timeout: timeoutMs, readonly: readOnly }));
  };
}

/** Of a missing directory, better-sqlite3 says something that is no failure of SQLite. */
class CannotOpen extends Error {
  readonly code = "SQLITE_CANTOPEN";

  constructor() {
    super("unable to open database file");
  }
}

function likeNode(database: BetterDatabase): SqliteDatabase {
  return {
    get isTransaction() {
      return database.inTransaction;
    },
    location: () => (database.memory ? null : database.name),
    exec: (sql) => void database.exec(sql),
    prepare: (sql) => statementLikeNode(database.prepare(sql)),
    close: () => void database.close(),
  };
}

function statementLikeNode(statement: BetterStatement): SqliteStatement {
  return {
    setReturnArrays: (enabled) => void statement.raw(enabled),
    setReadBigInts: (enabled) => void statement.safeIntegers(enabled),
    columns: () => (statement.reader ? statement.columns() : []),
    get: (...values) => statement.get(...values) as SqliteRow | undefined,
    all: (...values) => statement.all(...values) as SqliteRow[],
    iterate: (...values) => statement.iterate(...values) as Iterable<SqliteRow>,
    run: (...values) => statement.run(...values),
  };
}
