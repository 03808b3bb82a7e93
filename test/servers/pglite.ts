import { existsSync, mkdirSync, openAsBlob, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
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

/**
 * An empty data directory, made by the first test on this machine, and kept with the dependencies: to make one takes ten
 * times what it takes to load it.
 */
let empty: Promise<Blob> | undefined;

/** PGlite: Postgres in this process, in memory. It has one connection; transactions of several dialects queue. */
export const pglite: Database = {
  name: "pglite",
  family: "postgres",
  async open() {
    const { PGlite }: PGliteModule = await import(packageName);
    empty ??= emptyDirectory(PGlite);
    const database = await PGlite.create({ loadDataDir: await empty });
    return testDatabase({
      dialect: () => new PGliteDialect({ pglite: shared(database) }),
      async close() {
        if (!database.closed) await database.close();
      },
    });
  },
};

async function emptyDirectory(PGlite: PGliteModule["PGlite"]): Promise<Blob> {
  const modules = join(import.meta.dirname, "../../node_modules");
  const { version } = JSON.parse(readFileSync(join(modules, packageName, "package.json"), "utf8"));
  const kept = join(modules, `.cache/ego-servers/pglite-${version}.tar`);
  if (!existsSync(kept)) {
    const made = await PGlite.create();
    const directory = await made.dumpDataDir("none");
    await made.close();
    mkdirSync(dirname(kept), { recursive: true });
    // It is there whole, or not; files that make it at the same time make the same.
    const unfinished = `${kept}.${process.pid}`;
    await writeFile(unfinished, directory.stream());
    await rename(unfinished, kept);
  }
  return openAsBlob(kept);
}

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
