import type { EntityTable } from "../codegen/entity.ts";

/** One migration of the journal's schema, or of the project's tables. */
export interface MigrationState {
  readonly name: string;
  /** When it was applied, in epoch milliseconds; undefined if it is pending. */
  readonly appliedAt?: number;
}

/**
 * Migrations of a project's own, of its tables: those that `ego migrate diff` writes, and others. By name, in order of
 * names. `up` is that of a migration of Kysely, and gets a `Kysely` or `Transaction` that writes to the schema of the journal.
 */
export type ProjectMigrations = Readonly<Record<string, { up(db: never): Promise<void> }>>;

/** One migration of the project's own. */
export interface ProjectMigrationState extends MigrationState {
  /** It was applied, and is not among those that were given: by another version of the project. */
  readonly unknown?: true;
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
  /** Those of the project's own, in that order too; undefined if none were given. */
  readonly projectMigrations?: readonly ProjectMigrationState[];
  /** The tables of the given entities; not looked at without entities. */
  readonly tables: readonly TableState[];
}

/** What was done to a schema, by this call and not by another program beside it. */
export interface SchemaChange {
  /** Names of the migrations that were applied, in order: of the journal, then of the project. */
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
  status(entities: readonly EntityTable[], project?: ProjectMigrations): Promise<SchemaStatus>;
  /**
   * Creates what is missing and applies what is pending, as `open` of the store does; migrations of the project, which
   * `open` does not know, come behind those of the journal, and before tables are created. Other programs may do it at
   * once, and engines may run meanwhile.
   *
   * @throws EgoError as `open` of the store does; `unsupported` if a migration of the project fails, or if some were
   *   applied that it does not have
   */
  up(entities: readonly EntityTable[], project?: ProjectMigrations): Promise<SchemaChange>;
}
