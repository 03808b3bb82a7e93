/** A value that is bound to a statement. */
export type SqliteInput = null | number | bigint | string | Uint8Array;
/** A value that a statement gives. */
export type SqliteOutput = null | number | bigint | string | Uint8Array;
/** A row by column names. */
export type SqliteRow = Record<string, SqliteOutput>;

/** As much of a database of `node:sqlite` as the store needs. It is what other drivers are made to look like. */
export interface SqliteDatabase {
  readonly isTransaction: boolean;
  /** The file; null for a database in memory. */
  location(): string | null;
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

/** As much of a prepared statement of `node:sqlite` as the store needs. */
export interface SqliteStatement {
  /** Rows come as arrays of values instead. */
  setReturnArrays(enabled: boolean): void;
  /** Integers come as bigints: as numbers, those beyond 2^53 are refused by one driver and rounded by another. */
  setReadBigInts(enabled: boolean): void;
  /** Empty for a statement that gives no rows. */
  columns(): readonly unknown[];
  get(...values: SqliteInput[]): SqliteRow | undefined;
  all(...values: SqliteInput[]): SqliteRow[];
  iterate(...values: SqliteInput[]): Iterable<SqliteRow>;
  run(...values: SqliteInput[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
}

/** How a database is opened. */
export interface OpenSqliteOptions {
  /** How long to wait for another program's lock. */
  readonly timeoutMs: number;
  /** Refuses every change, and a file that does not exist. */
  readonly readOnly?: boolean;
}

/** Opens a database, creating the file if it is missing. */
export type OpenSqlite = (filename: string, options: OpenSqliteOptions) => SqliteDatabase;

/** The drivers that a store can use. */
export type SqliteDriverName = "node:sqlite" | "better-sqlite3";

/**
 * Loads a driver.
 *
 * @throws EgoError `unsupported` if it is not there
 */
export async function loadSqlite(driver: SqliteDriverName): Promise<OpenSqlite> {
  if (driver === "better-sqlite3") return (await import("./sqlite-better.ts")).loadBetterSqlite();
  return (await import("./sqlite-node.ts")).openNodeSqlite;
}
