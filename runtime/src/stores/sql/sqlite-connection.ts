import type { Compilable } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import type { OpenSqlite, SqliteDatabase, SqliteStatement } from "./sqlite-database.ts";
import { isBusy } from "./sqlite-failure.ts";
import type { ConnectionStatistics } from "./sqlite-protocol.ts";

/** Settings of the store's own connection. */
export interface ConnectionSettings {
  readonly filename: string;
  readonly synchronous: "FULL" | "NORMAL";
  readonly busyTimeoutMs: number;
  /** Refuses every change, and a file that does not exist. Default: false. */
  readonly readOnly?: boolean;
}

/**
 * Pages that SQLite keeps in memory, at most. Its own 2 MiB are too few for a reader that goes through the shards one by one,
 * whose events lie all over the file: each would be read from the file again.
 */
const cacheKiB = 32_768;

/** The store's own connection: the only one of its engine that writes. */
export interface Connection {
  readonly database: SqliteDatabase;
  /** Prepares a query once and for all; its parameters are given in the order in which the query names them. */
  prepare(query: Compilable): SqliteStatement;
  /**
   * Runs work in a transaction that holds the write lock from its start. Work that says it changed nothing is rolled
   * back, which costs no sync; so is work that throws.
   */
  transaction(work: () => boolean): void;
  /** Begins a transaction that holds the write lock from its start, for work that does not happen in one call. */
  begin(): void;
  /** Commits it. What fails is still to be rolled back. */
  commit(): void;
  /** Rolls back, if a transaction is open: some failures roll back by themselves. */
  rollback(): void;
  /** Runs reads that must see one moment. In a transaction they do: it holds the write lock. */
  snapshot<Result>(work: () => Result): Result;
  /** What was committed so far, and `pragma synchronous` as it is now. */
  statistics(): ConnectionStatistics;
  close(): void;
}

/**
 * Opens a database for one engine: write-ahead log, and each commit synced unless told otherwise.
 *
 * @throws EgoError `unavailable` if the database does not take these settings; or a failure of SQLite
 */
export function openConnection(settings: ConnectionSettings, open: OpenSqlite): Connection {
  const { filename, busyTimeoutMs, readOnly = false } = settings;
  const database = open(filename, { timeoutMs: busyTimeoutMs, readOnly });
  try {
    database.exec(`pragma cache_size = -${cacheKiB}`);
    // What is not written is not synced either.
    if (!readOnly) configure(database, settings);
    return connectionOn(database);
  } catch (failure) {
    database.close();
    throw failure;
  }
}

function configure(database: SqliteDatabase, { filename, synchronous, busyTimeoutMs }: ConnectionSettings): void {
  const memory = database.location() === null;
  if (!memory) {
    const mode = useLog(database, busyTimeoutMs);
    if (mode !== "wal") {
      throw new EgoError(
        "unavailable",
        `The database "${filename}" cannot use a write-ahead log (its journal mode is "${mode}"). Put it on a local disk.`,
      );
    }
  }
  database.exec(`pragma synchronous = ${synchronous === "FULL" ? "full" : "normal"}`);
  // Read back: what a reply promises hangs on it, and SQLite ignores a pragma that it does not take.
  const wanted = synchronous === "FULL" ? 2 : 1;
  const actual = synchronousOf(database);
  if (actual !== wanted) {
    throw new EgoError("unavailable", `The database "${filename}" has synchronous = ${actual}, ${wanted} was wanted.`);
  }
}

/** SQLite does not wait for a lock when it changes the journal mode; two engines may start at once. */
function useLog(database: SqliteDatabase, busyTimeoutMs: number): unknown {
  const deadline = performance.now() + busyTimeoutMs;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      return database.prepare("pragma journal_mode = wal").get()?.journal_mode;
    } catch (failure) {
      if (!isBusy(failure) || performance.now() > deadline) throw failure;
      Atomics.wait(pause, 0, 0, 5);
    }
  }
}

function connectionOn(database: SqliteDatabase): Connection {
  // "immediate": a transaction that began by reading cannot get the write lock if another process wrote meanwhile.
  const beginWriting = database.prepare("begin immediate");
  const beginReading = database.prepare("begin");
  const end = database.prepare("commit");
  const abandon = database.prepare("rollback");
  let transactions = 0;

  const begin = () => void beginWriting.run();
  const rollback = () => {
    if (database.isTransaction) abandon.run();
  };
  const commit = () => {
    end.run();
    transactions++;
  };

  return {
    database,
    prepare: (query) => database.prepare(query.compile().sql),
    begin,
    commit,
    rollback,

    transaction(work) {
      begin();
      try {
        if (!work()) return rollback();
        commit();
      } catch (failure) {
        rollback();
        throw failure;
      }
    },

    snapshot(work) {
      if (database.isTransaction) return work();
      beginReading.run();
      try {
        return work();
      } finally {
        rollback();
      }
    },

    statistics: () => ({
      transactions,
      synchronous: synchronousOf(database),
    }),

    close: () => database.close(),
  };
}

function synchronousOf(database: SqliteDatabase): number {
  return Number(database.prepare("pragma synchronous").get()?.synchronous);
}
