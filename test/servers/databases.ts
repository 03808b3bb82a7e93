import { beforeAll, describe } from "vitest";
import type { Database } from "./database.ts";
import { mariadb } from "./mariadb.ts";
import { pglite } from "./pglite.ts";
import { postgres } from "./postgres.ts";
import { sqlite } from "./sqlite.ts";

/** The databases that stores are tested on. Servers start when a database of theirs is first opened. */
export const databases: readonly Database[] = [sqlite, pglite, postgres, mariadb];

for (const { skipped } of databases) {
  if (skipped !== undefined) console.warn(`skipped: ${skipped}`);
}

/** Runs a suite on each of the databases; the name of one that cannot be had here says why. */
export function describeDatabases(suite: (database: Database) => void, of: readonly Database[] = databases): void {
  for (const database of of) {
    const { name, skipped } = database;
    const title = skipped === undefined ? name : `${name} [${skipped}]`;
    describe.skipIf(skipped !== undefined)(title, () => {
      // What the first one waits for: a server, or PGlite's data directory. A hook may take longer than a test.
      beforeAll(async () => (await database.open()).close());
      suite(database);
    });
  }
}
