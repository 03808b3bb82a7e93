// The entry point "@ego/runtime/sqlite": the only one that loads kysely and node:sqlite.
export { type SqliteDialectOptions, sqliteDialect } from "./sqlite-dialect.ts";
export type { SqliteFilename } from "./sqlite-filename.ts";
export { type SqliteStatistics, type SqliteStore, type SqliteStoreOptions, sqliteStore } from "./sqlite-store.ts";
