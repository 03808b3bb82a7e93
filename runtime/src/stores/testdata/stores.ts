import { join } from "node:path";
import { type Dialect, Kysely, sql } from "kysely";
import { PostgresJSDialect } from "kysely-postgres-js";
import postgresjs from "postgres";
import { afterAll, beforeAll, describe } from "vitest";
import type { Database, TestDatabase } from "../../../../test/servers/database.ts";
import { mariadb } from "../../../../test/servers/mariadb.ts";
import { pglite } from "../../../../test/servers/pglite.ts";
import { postgres } from "../../../../test/servers/postgres.ts";
import type { EntityTable } from "../../codegen/entity.ts";
import type { StateStore } from "../../journal/state-store.ts";
import type { Store } from "../../journal/store.ts";
import type { Ability } from "../../testing/contract/store-subject.ts";
import { memoryStore } from "../memory/memory-store.ts";
import { mysqlStore } from "../sql/mysql.ts";
import { type PostgresReach, postgresStore } from "../sql/postgres.ts";
import { sqliteStore } from "../sql/sqlite.ts";
import { temporaryFolder } from "./appends.ts";

/** A store under test, with all parts that the built-in ones have. */
export type FullStore = Store & { readonly states: StateStore };

/** One journal, and the stores that were opened on it. */
export interface Journal extends AsyncDisposable {
  /** Opens a store on the journal, beside those that are open. */
  open(): Promise<FullStore>;
}

/** A kind of store. */
export interface StoreCase {
  readonly name: string;
  /** Why it cannot be had here; undefined if it can. */
  readonly skipped?: string;
  /** What it cannot do yet. */
  readonly lacks?: readonly Ability[];
  journal(entities?: readonly EntityTable[]): Journal;
}

/** The stores that every case of the contract runs over. */
export const storeCases: readonly StoreCase[] = [
  {
    name: "memory",
    journal() {
      const store = memoryStore() as FullStore;
      return { open: async () => store, [Symbol.asyncDispose]: async () => undefined };
    },
  },
  sqliteCase("sqlite", "node:sqlite"),
  sqliteCase("better-sqlite3", "better-sqlite3"),
  ...postgresCases().map(
    ({ name, database, reach }): StoreCase => ({
      name,
      ...(database.skipped === undefined ? {} : { skipped: database.skipped }),
      journal(entities = []) {
        const schema = `journal_${schemas++}`;
        const opened: FullStore[] = [];
        return {
          async open() {
            const { test } = await databaseOf(database);
            const store = postgresStore({ ...reach(test), schema });
            await store.open?.(entities);
            opened.push(store);
            return store;
          },
          async [Symbol.asyncDispose]() {
            for (const store of opened) await store.close?.();
            if (opened.length === 0) return;
            // Who opens a journal asks for the tables of all schemas.
            const { db } = await databaseOf(database);
            await sql`drop schema ${sql.id(schema)} cascade`.execute(db);
          },
        };
      },
    }),
  ),
  {
    name: mariadb.name,
    ...(mariadb.skipped === undefined ? {} : { skipped: mariadb.skipped }),
    journal(entities = []) {
      // Each journal has a database of its own: that is what MySQL calls a schema.
      let database: Promise<TestDatabase> | undefined;
      const opened: FullStore[] = [];
      return {
        async open() {
          database ??= mariadb.open();
          const store = mysqlStore({ connectionString: (await database).url ?? "" });
          await store.open?.(entities);
          opened.push(store);
          return store;
        },
        async [Symbol.asyncDispose]() {
          for (const store of opened) await store.close?.();
          await (await database)?.close();
        },
      };
    },
  },
];

/** SQLite by one of its drivers. */
function sqliteCase(name: string, driver: "node:sqlite" | "better-sqlite3"): StoreCase {
  return {
    name,
    journal(entities = []) {
      const folder = temporaryFolder();
      const opened: FullStore[] = [];
      return {
        async open() {
          const store = sqliteStore({ filename: join(folder.path, "journal.db"), driver });
          await store.open?.(entities);
          opened.push(store);
          return store;
        },
        async [Symbol.asyncDispose]() {
          for (const store of opened) await store.close?.();
          folder[Symbol.dispose]();
        },
      };
    },
  };
}

/** Postgres by each driver. */
function postgresCases(): readonly PostgresCase[] {
  return [
    { name: "postgres", database: postgres, reach: ({ url = "" }) => ({ connectionString: url }) },
    { name: "postgres.js", database: postgres, reach: ({ url = "" }) => ({ dialect: postgresjsDialect(url) }) },
    { name: "pglite", database: pglite, reach: ({ dialect }) => ({ dialect: dialect() }) },
  ];
}

interface PostgresCase {
  readonly name: string;
  readonly database: Database;
  reach(database: TestDatabase): PostgresReach;
}

/** Postgres through postgres.js, as an application has it. */
export function postgresjsDialect(url: string): Dialect {
  return new PostgresJSDialect({ postgres: postgresjs(url, { onnotice: () => undefined }) });
}

/** Runs a suite on each kind of store; the name of one that cannot be had here says why. */
export function describeStores(title: string, suite: (store: StoreCase) => void): void {
  for (const store of storeCases) {
    const { name, skipped } = store;
    describe.skipIf(skipped !== undefined)(`${title} ${skipped === undefined ? name : `${name} [${skipped}]`}`, () => {
      // What the first test waits for: a server. A hook may take longer than a test.
      beforeAll(async () => {
        await using journal = store.journal();
        await journal.open();
      });
      afterAll(async () => {
        for (const database of open.values()) {
          const { test, db } = await database;
          await db.destroy();
          await test.close();
        }
        open.clear();
      });
      suite(store);
    });
  }
}

// One database for a test file: each journal has a schema of its own.
let schemas = 0;
const open = new Map<Database, Promise<OpenDatabase>>();

interface OpenDatabase {
  readonly test: TestDatabase;
  /** Removes the schemas. */
  readonly db: Kysely<unknown>;
}

function databaseOf(database: Database): Promise<OpenDatabase> {
  let made = open.get(database);
  if (!made) {
    made = database.open().then((test) => ({ test, db: new Kysely({ dialect: test.dialect() }) }));
    open.set(database, made);
  }
  return made;
}
