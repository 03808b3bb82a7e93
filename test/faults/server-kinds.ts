import type { Store } from "@ego/runtime";
import { mysqlStore } from "@ego/runtime/mysql";
import { postgresStore } from "@ego/runtime/postgres";
import { createPool } from "mysql2";
import { createConnection } from "mysql2/promise";
import { Client, Pool } from "pg";
import { mariadbServer } from "../servers/server/mariadb-server.ts";
import { postgresServer } from "../servers/server/postgres-server.ts";
import type { ServerKind } from "../servers/server/server.ts";

/** A kind of database server, as tests of its faults need it. */
export interface FaultyServerKind {
  readonly name: "Postgres" | "MariaDB";
  readonly server: ServerKind;
  /** Why it cannot be had here; undefined if it can. */
  readonly missing: string | undefined;
  /** A store whose batches wait so long for the server. */
  store(url: string, reconnectMs: number): Store;
  /** The same, on a pool that tells of each attempt to get a connection. */
  pooled(url: string, reconnectMs: number, onAttempt: () => void): { readonly store: Store; end(): Promise<void> };
  /** What a client is told when its disk is full. */
  readonly full: RegExp;
  /** Runs statements, one after another, and gives the first value of the last one. */
  run(url: string, ...statements: readonly string[]): Promise<unknown>;
}

const postgres: FaultyServerKind = {
  name: "Postgres",
  server: postgresServer,
  missing: await missing(postgresServer, "EGO_TEST_POSTGRES_URL"),
  store: (connectionString, reconnectMs) => postgresStore({ connectionString, reconnectMs }),
  pooled(connectionString, reconnectMs, onAttempt) {
    const pool = new Pool({ connectionString });
    pool.on("error", () => undefined);
    const noticed = {
      connect() {
        onAttempt();
        return pool.connect();
      },
      end: () => pool.end(),
    };
    return { store: postgresStore({ pool: noticed, reconnectMs }), end: () => pool.end() };
  },
  full: /Its disk is full: make room\./,
  async run(url, ...statements) {
    const client = new Client({ connectionString: url });
    await client.connect();
    let rows: readonly object[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    await client.end();
    return Object.values(rows[0] ?? {})[0];
  },
};

const mariadb: FaultyServerKind = {
  name: "MariaDB",
  server: mariadbServer,
  missing: await missing(mariadbServer, "EGO_TEST_MYSQL_URL"),
  store: (connectionString, reconnectMs) => mysqlStore({ connectionString, reconnectMs }),
  pooled(url, reconnectMs, onAttempt) {
    const pool = createPool(url);
    const noticed = {
      getConnection(callback: Parameters<typeof pool.getConnection>[0]) {
        onAttempt();
        pool.getConnection(callback);
      },
    };
    return { store: mysqlStore({ pool: noticed, reconnectMs }), end: () => pool.promise().end() };
  },
  // InnoDB may end itself instead.
  full: /Its disk is full: make room\.|Is it running, and can it be reached\?/,
  async run(url, ...statements) {
    const connection = await createConnection(url);
    let rows: unknown;
    for (const statement of statements) [rows] = await connection.query(statement);
    await connection.end();
    return Array.isArray(rows) ? Object.values(rows[0] ?? {})[0] : undefined;
  },
};

/** The kinds of server that stores are tested on. */
export const serverKinds: readonly FaultyServerKind[] = [postgres, mariadb];

for (const { name, missing: reason } of serverKinds) {
  if (reason !== undefined) console.warn(`skipped: faults of ${name}, since ${reason}`);
}

/** Servers of somebody else are not taken down. */
async function missing(server: ServerKind, variable: string): Promise<string | undefined> {
  return process.env[variable] ? `${variable} is set` : server.missing();
}
