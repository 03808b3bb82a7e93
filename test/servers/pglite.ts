import { existsSync, mkdirSync, openAsBlob, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type PGlite as DialectPGlite, PGliteDialect } from "kysely";
import { type Database, testDatabase } from "./database.ts";

/** What is used of PGlite. Its own types need those of a browser. */
interface PGlite extends DialectPGlite {
  dumpDataDir(compression: "none"): Promise<Blob>;
  exec(statements: string): Promise<unknown>;
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

/** Those that nobody has, empty again: to start one takes a processor half a second and more, to empty it some milliseconds. */
const idle: PGlite[] = [];

/** PGlite: Postgres in this process, in memory. It has one connection; transactions of several dialects queue. */
export const pglite: Database = {
  name: "pglite",
  family: "postgres",
  async open() {
    const { PGlite }: PGliteModule = await import(packageName);
    empty ??= emptyDirectory(PGlite);
    const database = idle.pop() ?? (await PGlite.create({ loadDataDir: await empty }));
    const lent = new Lent(database);
    return testDatabase({
      dialect: () => new PGliteDialect({ pglite: lent }),
      async close() {
        if (lent.closed) return;
        lent.closed = true;
        idle.push(await emptied(database));
      },
    });
  },
};

/** Takes away all that a test made: its settings and locks, and its schemas. Tests make nothing outside of schemas. */
async function emptied(database: PGlite): Promise<PGlite> {
  // Alone: what goes together is a transaction, in which settings cannot be discarded.
  await database.exec("rollback");
  await database.exec("discard all");
  await database.exec(`
    do $$ declare made text; begin
      for made in select nspname from pg_namespace where nspname <> 'information_schema' and nspname !~ '^pg_' loop
        execute format('drop schema %I cascade', made);
      end loop;
    end $$;
    create schema public;
  `);
  return database;
}

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

/** A PGlite that is one test's until it gives it back. What its dialects close is not closed for the others. */
class Lent implements DialectPGlite {
  closed = false;
  readonly #database: PGlite;

  constructor(database: PGlite) {
    this.#database = database;
  }

  get ready(): boolean {
    return this.#open.ready;
  }

  get waitReady(): Promise<void> {
    return this.#open.waitReady;
  }

  query: DialectPGlite["query"] = async (...args) => this.#open.query(...args);

  transaction: DialectPGlite["transaction"] = async (body) => this.#open.transaction(body);

  async close(): Promise<void> {}

  get #open(): PGlite {
    if (this.closed) throw new Error("this database of PGlite is already closed");
    return this.#database;
  }
}
