import { type Dialect, type Kysely, sql } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import type { StoreMigrations } from "../../journal/migrations.ts";
import type { ProjectionStore } from "../../journal/projection-store.ts";
import type { SnapshotStore } from "../../journal/snapshot-store.ts";
import type { StateStore } from "../../journal/state-store.ts";
import type { Store } from "../../journal/store.ts";
import { existingJournal, type JournalMeta, lookAt, type MigrateOptions, migrate } from "./migrations/migrate.ts";
import { postgresMigrations } from "./migrations/postgres.ts";
import { createPgPool, type PgPool, pgDriver } from "./pg-driver.ts";
import type { PostgresConnection } from "./postgres-driver.ts";
import { postgresFailure, postgresKindOf } from "./postgres-failure.ts";
import { postgresJournal } from "./postgres-journal.ts";
import { postgresKyselyDriver } from "./postgres-kysely-driver.ts";
import { postgresServerOf } from "./postgres-server.ts";
import { durableCommit } from "./postgres-statements.ts";
import type { JournalDatabase } from "./schema.ts";
import { sqlStore } from "./sql-store.ts";

/** Settings of a store in Postgres: how to reach it, and where in the database the journal is. */
export type PostgresStoreOptions = PostgresReach & {
  /** The schema of the journal's tables, created if missing; `public` if not given. */
  readonly schema?: string;
  /**
   * How many connections append side by side, each with its share of the shards; 1 if not given. One fills its next
   * transaction while the last one is stored, and has it larger than several would: more pay only where the server has
   * cores and a disk to spare.
   */
  readonly lanes?: number;
  /** How long a batch waits for a server that went away, in milliseconds; 5,000 if not given. */
  readonly reconnectMs?: number;
};

/** A store in Postgres. */
export interface PostgresStore extends Store {
  readonly snapshots: SnapshotStore;
  readonly states: StateStore;
  readonly projections: ProjectionStore;
  readonly migrations: StoreMigrations;
}

/** One of: where the server is, a pool of `pg`, or a dialect of Kysely for another driver. */
export type PostgresReach =
  | { readonly connectionString: string; readonly pool?: never; readonly dialect?: never }
  | { readonly pool: PgPool; readonly connectionString?: never; readonly dialect?: never }
  | { readonly dialect: Dialect; readonly connectionString?: never; readonly pool?: never };

/**
 * A store in Postgres. Several engines, on several machines, may have one journal open.
 *
 * ```ts
 * const store = postgresStore({ connectionString: "postgres://localhost/bank" });
 * ```
 *
 * @throws EgoError `invalid_argument` for settings that make no sense
 */
export function postgresStore(options: PostgresStoreOptions): PostgresStore {
  const { schema = "public", reconnectMs = 5_000 } = options;
  // Through Kysely nobody knows which connection a statement gets.
  const lanes = options.dialect ? 1 : (options.lanes ?? 1);
  checkOptions(options, schema, lanes);
  const server = serverOf(options);
  return sqlStore<PostgresConnection>({
    name: `Postgres at ${server}`,
    schema,
    atomic: true,
    lanes,
    reconnectMs,
    driver: async (patience) =>
      options.dialect
        ? postgresKyselyDriver(options.dialect)
        : pgDriver(
            options.pool ?? (await createPgPool(options.connectionString)),
            options.pool === undefined,
            patience,
          ),
    place: { store: "Postgres", place: journalOf(schema, server) },
    prepare: (db) => prepareSchema(db, schema, server),
    look: (db) => lookAt(db, migrationOf(schema, server)),
    existing: (db) => existingJournal(db, migrationOf(schema, server)),
    async settleTransaction(transaction) {
      await sql`select ${durableCommit}`.execute(transaction);
    },
    async settle(connection, timeoutMs) {
      // Kysely's connections are not ours alone.
      if (options.dialect) await checkIsolation(connection);
      else await connection.run(ownSettings, [Number.isFinite(timeoutMs) ? String(Math.ceil(timeoutMs)) : null]);
    },
    serverOf: postgresServerOf,
    startPrecision: 0,
    journal: (db) => postgresJournal(db, schema),
    kindOf: postgresKindOf,
    failureOf: (cause) => postgresFailure(cause, server),
  });
}

/** Creates or migrates the journal, while others that open it wait. */
async function prepareSchema(db: Kysely<JournalDatabase>, schema: string, server: string): Promise<JournalMeta> {
  const key = sql`hashtext(${`ego ${schema}`})`;
  await sql`select pg_advisory_lock(${key})`.execute(db);
  try {
    // Not "if not exists", for which one needs the right to create schemas, also where the schema is there.
    const { rows } = await sql`select 1 from pg_namespace where nspname = ${schema}`.execute(db);
    if (rows.length === 0) await db.schema.createSchema(schema).execute();
    return await migrate(db, migrationOf(schema, server));
  } finally {
    await sql`select pg_advisory_unlock(${key})`.execute(db);
  }
}

function migrationOf(schema: string, server: string): MigrateOptions {
  return { migrations: postgresMigrations(schema), schema, journal: journalOf(schema, server) };
}

function journalOf(schema: string, server: string): string {
  return `${schema} at ${server}`;
}

/**
 * An append reads the last positions when it has its locks: a snapshot of before, as other levels have, would give two
 * events one position. And a backend that nobody waits for any more, as behind a lock, gives up by itself.
 */
const ownSettings = {
  name: "ego_settings",
  text: "select set_config('default_transaction_isolation', 'read committed', false), set_config('statement_timeout', coalesce($1::text, current_setting('statement_timeout')), false)",
};

const isolation = { name: "ego_isolation", text: "select current_setting('default_transaction_isolation') as level" };

/** Looks whether an append would see what was committed before it got its locks. */
async function checkIsolation(connection: PostgresConnection): Promise<void> {
  const [row] = await connection.run(isolation, []);
  const level = String(row?.level);
  if (level === "read committed" || level === "read uncommitted") return;
  throw new EgoError(
    "unsupported",
    `The connections of this dialect have default_transaction_isolation = ${level}: ego would not see what others stored just before. Let the dialect connect with "read committed", or set it for the user: alter role … set default_transaction_isolation = 'read committed'.`,
    { details: { setting: "default_transaction_isolation", value: level } },
  );
}

function checkOptions(options: PostgresStoreOptions, schema: string, lanes: number): void {
  const refuse = (text: string) => new EgoError("invalid_argument", text);
  const ways = [options.connectionString, options.pool, options.dialect].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    throw refuse(
      'A Postgres store needs one of connectionString, pool and dialect: postgresStore({ connectionString: "postgres://localhost/app" }).',
    );
  }
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(schema)) {
    throw refuse(
      `${JSON.stringify(schema)} cannot be the schema of a journal. Use lower case letters, digits and "_", first a letter, at most 63.`,
    );
  }
  if (!Number.isInteger(lanes) || lanes < 1 || lanes > 16) throw refuse(`"lanes" of a Postgres store is 1 to 16.`);
}

/** Host and database, without the password. */
function serverOf({ connectionString }: PostgresStoreOptions): string {
  if (connectionString === undefined) return "the given connection";
  if (!URL.canParse(connectionString)) {
    throw new EgoError(
      "invalid_argument",
      'A connectionString looks like "postgres://user:password@localhost:5432/app".',
    );
  }
  const { host, pathname } = new URL(connectionString);
  return `${host}${pathname}`;
}
