import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MysqlDialect } from "kysely";
import { createPool } from "mysql2";
import { mariadb } from "../../../../test/servers/mariadb.ts";
import { postgres } from "../../../../test/servers/postgres.ts";
import type { Store } from "../../journal/store.ts";
import { memoryStore } from "../../stores/memory/memory-store.ts";
import { mysqlStore } from "../../stores/sql/mysql.ts";
import { postgresStore } from "../../stores/sql/postgres.ts";
import { sqliteStore } from "../../stores/sql/sqlite.ts";

/** One journal that several engines can open, one after the other or side by side. */
export interface Journal extends Disposable {
  /** A store on the journal, for one engine, which opens and closes it. */
  store(): Store;
  /** The file, where there is one. */
  readonly filename: string | undefined;
}

/** A kind of journal. */
export interface JournalCase {
  readonly name: string;
  readonly journal: () => Journal;
  /** How many shards it has. */
  readonly shards: number;
}

/** A journal in memory. */
export function memoryJournal(): Journal {
  const store = memoryStore();
  return { store: () => store, filename: undefined, [Symbol.dispose]() {} };
}

/** A journal in a file, in a folder of its own that is gone afterwards. */
export function sqliteJournal(): Journal & { readonly filename: string } {
  const folder = mkdtempSync(join(tmpdir(), "ego-engine-"));
  const filename = join(folder, "journal.db");
  return {
    store: () => sqliteStore({ filename }),
    filename,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

// One database for all: each journal has a schema of its own.
const database = postgres.skipped === undefined ? await postgres.open() : undefined;
let schemas = 0;

/** A journal in Postgres, in a schema of its own. */
export function postgresJournal(): Journal {
  const schema = `journal_${schemas++}`;
  const connectionString = database?.url ?? "";
  return { store: () => postgresStore({ connectionString, schema }), filename: undefined, [Symbol.dispose]() {} };
}

/** A journal in MariaDB, in a database of its own: that is what MySQL calls a schema. It goes with the server. */
export function mariadbJournal(): Journal {
  const made = mariadb.open();
  return {
    store: () => mysqlStore({ dialect: new MysqlDialect({ pool: async () => createPool((await made).url ?? "") }) }),
    filename: undefined,
    [Symbol.dispose]() {},
  };
}

for (const { skipped } of [postgres, mariadb]) {
  if (skipped !== undefined) console.warn(`skipped: the engine on a database, since ${skipped}`);
}

/** The journals that the semantics of the engine are tested on. */
export const journalCases: readonly JournalCase[] = [
  { name: "memory", journal: memoryJournal, shards: 64 },
  { name: "SQLite", journal: sqliteJournal, shards: 64 },
  ...(database ? [{ name: "Postgres", journal: postgresJournal, shards: 256 }] : []),
  ...(mariadb.skipped === undefined ? [{ name: "MariaDB", journal: mariadbJournal, shards: 256 }] : []),
];
