// The entry point `@ego/runtime/postgres`.
export type { PgClient, PgPool } from "./pg-driver.ts";
export { type PostgresReach, type PostgresStore, type PostgresStoreOptions, postgresStore } from "./postgres-store.ts";
