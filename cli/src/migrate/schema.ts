// What `@ego/runtime` says of the schema of a store, as far as it is used here: this package is compiled without it.

/** See `SchemaStatus` of `@ego/runtime`. */
export interface SchemaStatus {
  readonly store: string;
  readonly place: string;
  readonly format?: number;
  readonly migrations: readonly MigrationState[];
  readonly projectMigrations?: readonly ProjectMigrationState[];
  readonly tables: readonly TableState[];
}

/** See `MigrationState` of `@ego/runtime`. */
export interface MigrationState {
  readonly name: string;
  readonly appliedAt?: number;
}

/** See `ProjectMigrationState` of `@ego/runtime`. */
export interface ProjectMigrationState extends MigrationState {
  readonly unknown?: true;
}

/** See `ProjectMigrations` of `@ego/runtime`. */
export type ProjectMigrations = Readonly<Record<string, { up(db: never): Promise<void> }>>;

/** See `TableState` of `@ego/runtime`. */
export interface TableState {
  readonly name: string;
  readonly present: boolean;
  readonly missingIndexes: readonly string[];
  readonly problem?: string;
}

/** See `SchemaChange` of `@ego/runtime`. */
export interface SchemaChange {
  readonly applied: readonly string[];
  readonly status: SchemaStatus;
}

/** See `StoreMigrations` of `@ego/runtime`; entities are its `EntityTable`. */
export interface StoreMigrations {
  status(entities: readonly object[], project?: ProjectMigrations): Promise<SchemaStatus>;
  up(entities: readonly object[], project?: ProjectMigrations): Promise<SchemaChange>;
}

/** How many things a schema lacks. */
export function pendingIn({ migrations, projectMigrations = [], tables }: SchemaStatus): number {
  const pending = [...migrations, ...projectMigrations].filter(isPending).length;
  return tables.reduce((sum, table) => sum + lacksOf(table), pending);
}

/** A migration that is to be applied, or that another version of the project applied. */
export function isPending({ appliedAt, unknown }: ProjectMigrationState): boolean {
  return appliedAt === undefined || unknown === true;
}

function lacksOf({ present, missingIndexes, problem }: TableState): number {
  return (present ? missingIndexes.length : 1) + (problem === undefined ? 0 : 1);
}
