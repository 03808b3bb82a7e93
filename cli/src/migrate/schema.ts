// What `@ego/runtime` says of the schema of a store, as far as it is used here: this package is compiled without it.

/** See `SchemaStatus` of `@ego/runtime`. */
export interface SchemaStatus {
  readonly store: string;
  readonly place: string;
  readonly format?: number;
  readonly migrations: readonly { readonly name: string; readonly appliedAt?: number }[];
  readonly tables: readonly TableState[];
}

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
  status(entities: readonly object[]): Promise<SchemaStatus>;
  up(entities: readonly object[]): Promise<SchemaChange>;
}

/** How many things a schema lacks. */
export function pendingIn({ migrations, tables }: SchemaStatus): number {
  const pending = migrations.filter(({ appliedAt }) => appliedAt === undefined).length;
  return tables.reduce((sum, table) => sum + lacksOf(table), pending);
}

function lacksOf({ present, missingIndexes, problem }: TableState): number {
  return (present ? missingIndexes.length : 1) + (problem === undefined ? 0 : 1);
}
