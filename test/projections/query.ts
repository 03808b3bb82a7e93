import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import type { Place } from "../torture/place.ts";

/** A row as the driver gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** A connection that knows nothing of ego. */
export interface Connection extends AsyncDisposable {
  query(text: string): Promise<readonly Row[]>;
}

/** Connects to the database of a journal, past every store. */
export async function connect({ store, at }: Place): Promise<Connection> {
  if (store === "sqlite") {
    const database = new DatabaseSync(at, { timeout: 30_000 });
    return {
      query: async (text) => database.prepare(text).all(),
      [Symbol.asyncDispose]: async () => database.close(),
    };
  }
  if (store !== "postgres") throw new Error(`${store} is not looked at`);
  const client = new Client({ connectionString: at });
  await client.connect();
  return {
    query: async (text) => (await client.query(text)).rows,
    [Symbol.asyncDispose]: () => client.end(),
  };
}
