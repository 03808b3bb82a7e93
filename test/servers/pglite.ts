import { type PGlite as DialectPGlite, PGliteDialect } from "kysely";
import { type Database, testDatabase } from "./database.ts";

/** What is used of PGlite. Its own types need those of a browser. */
interface PGlite extends DialectPGlite {
  dumpDataDir(compression: "none"): Promise<Blob>;
}
interface PGliteModule {
  readonly PGlite: { create(options?: { loadDataDir: Blob }): Promise<PGlite> };
}
const packageName: string = "@electric-sql/pglite";

/** An empty data directory: to load it takes a third of the time that it takes to make one. */
let empty: Blob | undefined;

/** PGlite: Postgres in this process, in memory. It has one connection; transactions of several dialects queue. */
export const pglite: Database = {
  name: "pglite",
  family: "postgres",
  async open() {
    const { PGlite }: PGliteModule = await import(packageName);
    const database = await PGlite.create(empty && { loadDataDir: empty });
    empty ??= await database.dumpDataDir("none");
    return testDatabase({
      dialect: () => new PGliteDialect({ pglite: shared(database) }),
      async close() {
        if (!database.closed) await database.close();
      },
    });
  },
};

/** A PGlite that a dialect uses, and does not close for the others. */
function shared(database: PGlite): DialectPGlite {
  return {
    query: database.query.bind(database),
    transaction: database.transaction.bind(database),
    waitReady: database.waitReady,
    get ready() {
      return database.ready;
    },
    get closed() {
      return database.closed;
    },
    close: async () => {},
  };
}
