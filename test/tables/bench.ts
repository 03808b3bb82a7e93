import { type Dialect, Kysely } from "kysely";
import type { Bench } from "./checks.ts";
import type { AnyDatabase, Stores } from "./stores.ts";

/** A database for checks, with stores that are looked at. Its connections are closed when it is disposed of. */
export function benchOn(dialect: () => Dialect, family: Bench["family"], stores: Stores): Bench & AsyncDisposable {
  const opened: AnyDatabase[] = [];
  let tables = 0;
  const more = () => {
    const db: AnyDatabase = new Kysely({ dialect: dialect() });
    opened.push(db);
    return db;
  };
  return {
    stores,
    family,
    db: more(),
    more,
    tableName: () => `table_${++tables}`,
    [Symbol.asyncDispose]: async () => {
      for (const db of opened) await db.destroy();
    },
  };
}
