import type { Transaction } from "kysely";
import type { PostgresArray } from "./postgres-array.ts";
import type { JournalDatabase } from "./schema.ts";
import type { SqlConnection, SqlDriver, SqlRow } from "./sql-driver.ts";

/** A value of a statement. */
export type PostgresValue = string | number | null | Uint8Array | PostgresArray;

/** A statement that is used again and again; its name is that of the prepared one. */
export interface PostgresStatement {
  readonly name: string;
  readonly text: string;
}

/** A connection of one's own. */
export interface PostgresConnection extends SqlConnection {
  /** Runs a statement. Statements run one after another, in the order in which they were given. */
  run(statement: PostgresStatement, values: readonly PostgresValue[]): Promise<readonly SqlRow[]>;
  /** Runs work in a transaction at "read committed"; it is given the connection in it, and the same as a Kysely. */
  transaction<T>(work: (within: PostgresConnection, trx: Transaction<JournalDatabase>) => Promise<T>): Promise<T>;
}

/** How the store talks to Postgres: by `pg`, or through any dialect of Kysely. */
export type PostgresDriver = SqlDriver<PostgresConnection>;
