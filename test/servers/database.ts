import type { Dialect } from "kysely";

/** A kind of database that stores are tested on. */
export interface Database {
  readonly name: "sqlite" | "pglite" | "postgres" | "mariadb";
  /** Whose SQL it speaks. */
  readonly family: "sqlite" | "postgres" | "mysql";
  /** Why it cannot be had here; undefined if it can. */
  readonly skipped?: string | undefined;
  /** Makes an empty database that nobody else has. */
  open(): Promise<TestDatabase>;
}

/** An empty database of one test. */
export interface TestDatabase extends AsyncDisposable {
  /** Where other processes reach it; undefined if they cannot. */
  readonly url?: string;
  /** A dialect with connections of its own; they end with its Kysely's `destroy`, before the database is closed. */
  dialect(): Dialect;
  /** Removes it with all that is in it. `await using` does the same. */
  close(): Promise<void>;
}

/** Adds what makes a database disposable. */
export function testDatabase(database: Omit<TestDatabase, typeof Symbol.asyncDispose>): TestDatabase {
  return { ...database, [Symbol.asyncDispose]: database.close };
}
