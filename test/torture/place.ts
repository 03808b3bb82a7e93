import { memoryStore, type Store } from "@ego/runtime";
import { mysqlStore } from "@ego/runtime/mysql";
import { postgresStore } from "@ego/runtime/postgres";
import { sqliteStore } from "@ego/runtime/sqlite";

/** The kinds of store that are tortured. */
export const storeNames = ["memory", "sqlite", "postgres", "mariadb"] as const;

/** A kind of store that is tortured. */
export type StoreName = (typeof storeNames)[number];

/** Where a journal is, as data that another process can be given. */
export interface Place {
  readonly store: StoreName;
  /** The file, or the URL of the database; empty for memory. */
  readonly at: string;
}

/** A store on a journal, for one engine. */
export function storeAt({ store, at }: Place): Store {
  switch (store) {
    case "memory":
      return memoryStore();
    case "sqlite":
      return sqliteStore({ filename: at });
    case "postgres":
      return postgresStore({ connectionString: at });
    case "mariadb":
      return mysqlStore({ connectionString: at });
  }
}
