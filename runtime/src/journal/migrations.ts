import type { EntityTable } from "../codegen/entity.ts";

/** One migration of the journal's schema. */
export interface MigrationState {
  readonly name: string;
  /** When it was applied, in epoch milliseconds; undefined if it is pending. */
  readonly appliedAt?: number;
}

/** A table of durable states that an entity is to have. */
export interface TableState {
  readonly name: string;
  readonly present: boolean;
  /** Indexes that the table is to have, and has not. */
  readonly missingIndexes: readonly string[];
  /** Why the table cannot hold the states as it is, and what to do: no migration of the journal's mends it. */
  readonly problem?: string;
}

/** Where the schema of a store stands. */
export interface SchemaStatus {
  /** The kind of store, as `SQLite`. */
  readonly store: string;
  /** Where it is: without the password. */
  readonly place: string;
  /** The version of the stored format; undefined if there is no journal yet. */
  readonly format?: number;
  /** In the order in which they are applied. */
  readonly migrations: readonly MigrationState[];
  /** The tables of the given entities; not looked at without entities. */
  readonly tables: readonly TableState[];
}

/** What was done to a schema, by this call and not by another program beside it. */
export interface SchemaChange {
  /** Names of the migrations that were applied. */
  readonly applied: readonly string[];
  /** Where the schema stands afterwards. */
  readonly status: SchemaStatus;
}

/**
 * The schema of a store, for tools, without an engine. Each call opens what it needs and closes it, so that a dialect of
 * Kysely that was given to the store ends with the call.
 */
export interface StoreMigrations {
  /**
   * Where the schema stands. Changes nothing, and creates nothing.
   *
   * @throws EgoError `unsupported` if the journal was written by a newer format, or what `open` of the store throws
   */
  status(entities: readonly EntityTable[]): Promise<SchemaStatus>;
  /**
   * Creates what is missing and applies what is pending, as `open` of the store does. Other programs may do it at once,
   * and engines may run meanwhile.
   *
   * @throws EgoError as `open` of the store does
   */
  up(entities: readonly EntityTable[]): Promise<SchemaChange>;
}
