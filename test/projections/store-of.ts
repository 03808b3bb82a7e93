import type { Store } from "@ego/runtime";
import type { Place } from "../torture/place.ts";

/** A store on a journal, for one engine. Loads no other kind of store: processes that are killed start often. */
export async function storeOf({ store, at }: Place): Promise<Store> {
  if (store === "sqlite") {
    const { sqliteStore } = await import("@ego/runtime/sqlite");
    return sqliteStore({ filename: at });
  }
  if (store !== "postgres") throw new Error(`no process of ${store} is killed`);
  const { postgresStore } = await import("@ego/runtime/postgres");
  return postgresStore({ connectionString: at });
}
