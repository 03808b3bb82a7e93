import { CompiledQuery, type Dialect, Kysely } from "kysely";
import { PostgresArray } from "./postgres-array.ts";
import type { PostgresConnection, PostgresDriver } from "./postgres-driver.ts";
import type { JournalDatabase } from "./schema.ts";
import type { SqlRow } from "./sql-driver.ts";

/** Talks to Postgres through a dialect of Kysely, as PGlite's or that of postgres.js: arrays go as the driver sends them. */
export function postgresKyselyDriver(dialect: Dialect): PostgresDriver {
  const db = new Kysely<JournalDatabase>({ dialect });
  const connection: PostgresConnection = {
    lost: false,
    async run({ text }, values) {
      const parameters = values.map((value) => (value instanceof PostgresArray ? [...value.values] : value));
      const { rows } = await db.executeQuery<SqlRow>(CompiledQuery.raw(text, parameters));
      return rows;
    },
    close: async () => undefined,
  };
  return { db, connect: async () => connection, close: () => db.destroy() };
}
