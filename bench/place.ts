import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore, type Store } from "@ego/runtime";
import { postgresStore } from "@ego/runtime/postgres";
import { sqliteStore } from "@ego/runtime/sqlite";
import { onFreePort } from "../test/servers/server/free-port.ts";
import { postgresServer } from "../test/servers/server/postgres-server.ts";
import type { StoreKind } from "./scenario.ts";

/** Where one run keeps what it stores. */
export interface Place {
  /** A new file. */
  readonly filename: string;
  /** The URL of a Postgres server. */
  readonly url: string;
  /** A new schema in it. */
  readonly schema: string;
}

/** Places for the runs of a benchmark. */
export interface Places extends AsyncDisposable {
  /** A new one. */
  next(): Place;
}

/** Makes a folder for files, and starts a Postgres server if one is needed; both end with the benchmark. */
export async function openPlaces(stores: Iterable<StoreKind>): Promise<Places> {
  const server = new Set(stores).has("postgres") ? await onFreePort(postgresServer.start) : undefined;
  const folder = mkdtempSync(join(tmpdir(), "ego-bench-"));
  let count = 0;
  return {
    next() {
      const name = `run_${++count}`;
      return { filename: join(folder, `${name}.db`), url: server?.url ?? "", schema: name };
    },
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true });
      await server?.stop();
    },
  };
}

/** A store of a kind, at a place. */
export function storeAt(kind: StoreKind, { filename, url, schema }: Place): Store {
  switch (kind) {
    case "memory":
      return memoryStore();
    case "sqlite":
      return sqliteStore({ filename });
    case "postgres":
      return postgresStore({ connectionString: url, schema });
  }
}
