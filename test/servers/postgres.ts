import { PostgresDialect } from "kysely";
import { Client, Pool } from "pg";
import type { Database } from "./database.ts";
import { postgresServer } from "./server/postgres-server.ts";
import { serverDatabase } from "./server-database.ts";

/** Postgres through `pg`. */
export const postgres: Database = await serverDatabase({
  name: "postgres",
  family: "postgres",
  variable: "EGO_TEST_POSTGRES_URL",
  server: postgresServer,
  required: true,
  async run(url, statement) {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  },
  // Not template1, which others may have changed, or be connected to.
  create: (name) => `create database ${name} template template0`,
  // A process that was killed may have left connections.
  drop: (name) => `drop database if exists ${name} with (force)`,
  dialect(url) {
    const pool = new Pool({ connectionString: url });
    // When the server ends a connection that is idle, that is for the next query to say.
    pool.on("error", () => {});
    return new PostgresDialect({ pool });
  },
});
