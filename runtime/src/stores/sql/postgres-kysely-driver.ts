import { CompiledQuery, type Dialect, Kysely } from "kysely";
import { arrayLiteral, PostgresArray } from "./postgres-array.ts";
import type { PostgresConnection, PostgresDriver } from "./postgres-driver.ts";
import type { JournalDatabase } from "./schema.ts";
import type { SqlRow } from "./sql-driver.ts";

/** Talks to Postgres through a dialect of Kysely, as PGlite's or that of postgres.js: arrays go as text. */
export function postgresKyselyDriver(dialect: Dialect): PostgresDriver {
  const db = new Kysely<JournalDatabase>({ dialect });
  const connectionOn = (own: Kysely<JournalDatabase>): PostgresConnection => ({
    lost: false,
    wandering: true,
    async run({ text }, values) {
      const parameters = values.map((value) => (value instanceof PostgresArray ? arrayLiteral(value) : value));
      const { rows } = await own.executeQuery<SqlRow>(CompiledQuery.raw(text, parameters));
      return rows;
    },
    transaction: (work) =>
      own
        .transaction()
        .setIsolationLevel("read committed")
        .execute((trx) => work(connectionOn(trx), trx)),
    close: async () => undefined,
  });
  const connection = connectionOn(db);
  return {
    db,
    async connect() {
      // Where the server is away, the store is to wait for it here.
      await db.executeQuery(CompiledQuery.raw("select 1"));
      return connection;
    },
    close: () => db.destroy(),
  };
}
