import type { Kysely } from "kysely";
import type { PostgresArray } from "./postgres-array.ts";
import type { JournalDatabase } from "./schema.ts";

/** A value of a statement. */
export type PostgresValue = string | number | null | Uint8Array | PostgresArray;

/** A row by column names. 64-bit integers are numbers, bigints or strings, as the driver likes. */
export type PostgresRow = Readonly<Record<string, unknown>>;

/** A statement that is used again and again; its name is that of the prepared one. */
export interface PostgresStatement {
  readonly name: string;
  readonly text: string;
}

/** A connection of one's own. */
export interface PostgresConnection {
  /** Runs a statement. Statements run one after another, in the order in which they were given. */
  run(statement: PostgresStatement, values: readonly PostgresValue[]): Promise<readonly PostgresRow[]>;
  /** Whether it can be used no more: it was closed, or the server is gone. */
  readonly lost: boolean;
  close(): Promise<void>;
}

/** How the store talks to Postgres: by `pg`, or through any dialect of Kysely. */
export interface PostgresDriver {
  /** For the schema, and for what is not hot. */
  readonly db: Kysely<JournalDatabase>;
  connect(): Promise<PostgresConnection>;
  close(): Promise<void>;
}
