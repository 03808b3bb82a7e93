// The entry point `@ego/runtime/mysql`.
export type { MysqlPool } from "./mysql-pool-driver.ts";
export { type MysqlReach, type MysqlStore, type MysqlStoreOptions, mysqlStore } from "./mysql-store.ts";
