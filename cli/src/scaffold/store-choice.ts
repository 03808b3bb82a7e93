/** The kinds of store that a new project can have. */
export type StoreKind = "sqlite" | "postgres" | "mysql";

/** What the templates need to know of a store. */
export interface StoreChoice {
  readonly meaning: string;
  /** What makes it, and the entry point of `@ego/runtime` that has it. */
  readonly function: string;
  readonly entry: string;
  /** Its driver and the driver's types, with their versions. */
  readonly driver?: { readonly name: string; readonly version: string };
  readonly types?: { readonly name: string; readonly version: string };
  /** Its server, for a compose.yaml. The user, the password and the database are all `ego`: it listens to this machine alone. */
  readonly server?: { readonly name: string; readonly url: string };
}

/** The stores, by kind. The versions are those that this repository is tested with. */
export const stores: Readonly<Record<StoreKind, StoreChoice>> = {
  sqlite: { meaning: "a file, nothing to install", function: "sqliteStore", entry: "sqlite" },
  postgres: {
    meaning: "a server, for several processes",
    function: "postgresStore",
    entry: "postgres",
    driver: { name: "pg", version: "8.23.1" },
    types: { name: "@types/pg", version: "8.23.1" },
    server: { name: "Postgres", url: "postgres://ego:ego@127.0.0.1:5432/ego" },
  },
  mysql: {
    meaning: "a server, for several processes",
    function: "mysqlStore",
    entry: "mysql",
    driver: { name: "mysql2", version: "3.24.6" },
    server: { name: "MySQL", url: "mysql://ego:ego@127.0.0.1:3306/ego" },
  },
};
