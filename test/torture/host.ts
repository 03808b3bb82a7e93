import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { Client } from "pg";
import { onFreePort } from "../servers/server/free-port.ts";
import { mariadbServer } from "../servers/server/mariadb-server.ts";
import { postgresServer } from "../servers/server/postgres-server.ts";
import type { Server } from "../servers/server/server.ts";
import type { Place, StoreName } from "./place.ts";

/** Where a journal is for the time of one torture, and what can be done to the database. */
export interface Host extends AsyncDisposable {
  readonly place: Place;
  /** Ends the database server by a signal and starts it again; undefined if there is none that may be. */
  restart?(round: number): Promise<void>;
}

/** The kinds of server, how they end by force and in order, and where one is that somebody else runs. */
const servers = {
  postgres: { kind: postgresServer, signals: ["SIGKILL", "SIGINT"], variable: "EGO_TEST_POSTGRES_URL" },
  mariadb: { kind: mariadbServer, signals: ["SIGKILL", "SIGTERM"], variable: "EGO_TEST_MYSQL_URL" },
} as const;

/** Why a store cannot be tortured here; undefined if it can. */
export async function missing(store: StoreName): Promise<string | undefined> {
  if (store === "memory" || store === "sqlite") return undefined;
  const { kind, variable } = servers[store];
  return process.env[variable] ? undefined : await kind.missing();
}

/** Whether the database of a store is a server that may be restarted. */
export function restarts(store: StoreName): boolean {
  return store !== "memory" && store !== "sqlite" && !process.env[servers[store].variable];
}

/** Makes an empty journal; a file of it is in the folder. */
export async function hostOf(store: StoreName, folder: string): Promise<Host> {
  if (store === "memory" || store === "sqlite") {
    const at = store === "sqlite" ? join(folder, "journal.db") : "";
    return { place: { store, at }, async [Symbol.asyncDispose]() {} };
  }
  const { kind, signals, variable } = servers[store];
  const elsewhere = process.env[variable];
  const server = elsewhere ? undefined : await onFreePort(kind.start);
  const url = elsewhere ?? (server as Server).url;
  const database = `ego_torture_${randomBytes(8).toString("hex")}`;
  await run(store, url, `create database ${database}`);
  return {
    place: { store, at: Object.assign(new URL(url), { pathname: database }).href },
    ...(server && {
      async restart(round: number) {
        await server.down(signals[round % signals.length] as NodeJS.Signals);
        await server.up();
      },
    }),
    async [Symbol.asyncDispose]() {
      if (server) await server.stop();
      else await run(store, url, `drop database ${database}`);
    },
  };
}

async function run(store: "postgres" | "mariadb", url: string, statement: string): Promise<void> {
  if (store === "mariadb") {
    const connection = await createConnection(url);
    await connection.query(statement);
    await connection.end();
    return;
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
