// The entry point "@ego/runtime/kysely": tables on the user's own Kysely.
export { createTables } from "./create-tables.ts";
export type { ListQuery, Page } from "./list.ts";
// For authors of stores.
export { type SaveOptions, type StateTableStore, stateTableStore } from "./state-table-store.ts";
// For migrations.
export { type ColumnTypes, type ColumnZeros, type TableMigration, tableMigration } from "./table-migration.ts";
export { type Found, type TableReader, tableReader, type VersionedState } from "./table-reader.ts";
export { type TableStore, tableStore, type WritableTable } from "./table-store.ts";
export type { KeyOf, Where } from "./table-types.ts";
