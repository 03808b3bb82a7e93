import { CompiledQuery, type Dialect, type Kysely, sql } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import type { StoreMigrations } from "../../journal/migrations.ts";
import type { ProjectionStore } from "../../journal/projection-store.ts";
import type { SnapshotStore } from "../../journal/snapshot-store.ts";
import type { StateStore } from "../../journal/state-store.ts";
import type { Store } from "../../journal/store.ts";
import { existingJournal, type JournalMeta, lookAt, type MigrateOptions, migrate } from "./migrations/migrate.ts";
import { mysqlMigrations } from "./migrations/mysql.ts";
import { type MysqlConnection, type MysqlDriver, mysqlKyselyDriver } from "./mysql-driver.ts";
import { mysqlFailure, mysqlKindOf } from "./mysql-failure.ts";
import { mysqlJournal } from "./mysql-journal.ts";
import { callbackPool, createMysqlPool, type MysqlPool, mysqlPoolDriver } from "./mysql-pool-driver.ts";
import { mysqlServerOf } from "./mysql-server.ts";
import { checkSettings } from "./mysql-settings.ts";
import type { JournalDatabase } from "./schema.ts";
import type { SqlRow } from "./sql-driver.ts";
import type { Patience } from "./sql-patience.ts";
import { sqlStore } from "./sql-store.ts";

/** Settings of a store in MySQL or MariaDB: how to reach it. The journal's tables are in the connection's database. */
export type MysqlStoreOptions = MysqlReach & {
  /**
   * How many connections append side by side, each with its share of the shards; 1 if not given. One fills its next
   * transaction while the last one is stored, and has it larger than several would: more pay only where the server has
   * cores and a disk to spare.
   */
  readonly lanes?: number;
  /** How long a batch waits for a server that went away, in milliseconds; 5,000 if not given. */
  readonly reconnectMs?: number;
  /**
   * `full`, if not given, refuses a server whose settings answer a commit before it is on the disk. `server` takes what
   * the server's settings give: the last commits may be lost when its machine fails.
   */
  readonly durability?: "full" | "server";
};

/** A store in MySQL or MariaDB. */
export interface MysqlStore extends Store {
  readonly snapshots: SnapshotStore;
  readonly states: StateStore;
  readonly projections: ProjectionStore;
  readonly migrations: StoreMigrations;
}

/** One of: where the server is, a pool of `mysql2`, or a dialect of Kysely for another driver. */
export type MysqlReach =
  | { readonly connectionString: string; readonly pool?: never; readonly dialect?: never }
  | { readonly pool: MysqlPool; readonly connectionString?: never; readonly dialect?: never }
  | { readonly dialect: Dialect; readonly connectionString?: never; readonly pool?: never };

/**
 * A store in MySQL or MariaDB. Several engines, on several machines, may have one journal open.
 *
 * ```ts
 * const store = mysqlStore({ connectionString: "mysql://localhost/bank" });
 * ```
 *
 * @throws EgoError `invalid_argument` for settings that make no sense
 */
export function mysqlStore(options: MysqlStoreOptions): MysqlStore {
  const { lanes = 1, reconnectMs = 5_000, durability = "full" } = options;
  checkOptions(options, lanes, durability);
  const server = serverOf(options);
  return sqlStore<MysqlConnection>({
    name: `MySQL at ${server}`,
    atomic: false,
    lanes,
    reconnectMs,
    driver: (patience) => driverOf(options, patience),
    place: { store: "MySQL or MariaDB", place: server },
    look: async (db) => lookAt(db, await migrationOf(db, server)),
    existing: async (db) => existingJournal(db, await migrationOf(db, server)),
    async prepare(db) {
      await checkSettings(async (text) => (await db.executeQuery<SqlRow>(CompiledQuery.raw(text))).rows, durability);
      return prepareSchema(db, server);
    },
    // Another connection may have reached another server.
    async settle(connection, timeoutMs) {
      await checkSettings((text) => connection.run(text), durability);
      // A transaction that nobody waits for any more gives up by itself.
      if (!options.dialect && Number.isFinite(timeoutMs)) {
        await connection.run(`set session innodb_lock_wait_timeout = ${Math.max(1, Math.ceil(timeoutMs / 1_000))}`);
      }
    },
    serverOf: mysqlServerOf,
    // It is made of two times in whole seconds.
    startPrecision: 3,
    journal: () => mysqlJournal,
    kindOf: mysqlKindOf,
    failureOf: (cause) => mysqlFailure(cause, server),
  });
}

async function driverOf(
  { dialect, pool, connectionString }: MysqlStoreOptions,
  patience: Patience,
): Promise<MysqlDriver> {
  if (dialect) return mysqlKyselyDriver(dialect);
  if (pool) return mysqlPoolDriver(callbackPool(pool), false, patience);
  return mysqlPoolDriver(await createMysqlPool(connectionString ?? ""), true, patience);
}

/** Seconds for which one that opens a journal waits for another that creates it. */
const creationSeconds = 60;

/** Creates or migrates the journal, while others that open it wait. */
async function prepareSchema(db: Kysely<JournalDatabase>, server: string): Promise<JournalMeta> {
  const migration = await migrationOf(db, server);
  // The server has one such lock of a name, for all its databases; a name has 64 characters at most.
  const key = sql`concat('ego ', md5(database()))`;
  const { rows } = await sql<{ locked: unknown }>`select get_lock(${key}, ${creationSeconds}) as locked`.execute(db);
  if (Number(rows[0]?.locked) !== 1) {
    throw new EgoError(
      "unavailable",
      `MySQL at ${server}: another program has been creating this journal for a minute.`,
    );
  }
  try {
    return await migrate(db, migration);
  } finally {
    await sql`select release_lock(${key})`.execute(db);
  }
}

async function migrationOf(db: Kysely<JournalDatabase>, server: string): Promise<MigrateOptions> {
  const { rows } = await sql<{ journal: string | null }>`select database() as journal`.execute(db);
  const journal = rows[0]?.journal ?? undefined;
  if (journal === undefined) {
    throw new EgoError("invalid_argument", `The connection to MySQL at ${server} names no database: mysql://host/app.`);
  }
  return { migrations: mysqlMigrations, journal: `${journal} at ${server}` };
}

function checkOptions(options: MysqlStoreOptions, lanes: number, durability: string): void {
  const refuse = (text: string) => new EgoError("invalid_argument", text);
  const ways = [options.connectionString, options.pool, options.dialect].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    throw refuse(
      'A MySQL store needs one of connectionString, pool and dialect: mysqlStore({ connectionString: "mysql://localhost/app" }).',
    );
  }
  if (!Number.isInteger(lanes) || lanes < 1 || lanes > 16) throw refuse(`"lanes" of a MySQL store is 1 to 16.`);
  if (durability !== "full" && durability !== "server") {
    throw refuse(`"durability" of a MySQL store is "full" or "server".`);
  }
}

/** Host and database, without the password. */
function serverOf({ connectionString }: MysqlStoreOptions): string {
  if (connectionString === undefined) return "the given connection";
  if (!URL.canParse(connectionString)) {
    throw new EgoError("invalid_argument", 'A connectionString looks like "mysql://user:password@localhost:3306/app".');
  }
  const { host, pathname } = new URL(connectionString);
  return `${host}${pathname}`;
}
