import { setTimeout as wait } from "node:timers/promises";
import { type Dialect, type Kysely, sql } from "kysely";
import type { EntityTable } from "../../codegen/entity.ts";
import { EgoError } from "../../error/ego-error.ts";
import type { EventStore } from "../../journal/event-store.ts";
import type { StateStore } from "../../journal/state-store.ts";
import type { Store } from "../../journal/store.ts";
import { createTables } from "../../tables/create-tables.ts";
import { kyselyDriver } from "./kysely-driver.ts";
import { type JournalMeta, migrate } from "./migrations/migrate.ts";
import { postgresMigrations } from "./migrations/postgres.ts";
import { createPgPool, type PgPool, pgDriver } from "./pg-driver.ts";
import type { PostgresConnection, PostgresDriver } from "./postgres-driver.ts";
import { openPostgresEvents, type PostgresEvents } from "./postgres-events.ts";
import { isConnectionLost, isSerializationFailure, isUniqueViolation, postgresFailure } from "./postgres-failure.ts";
import { openPostgresNames } from "./postgres-names.ts";
import { eventStatements, prepareFor, qualifyIn } from "./postgres-statements.ts";
import type { JournalDatabase } from "./schema.ts";
import { openSqlStateTable } from "./sql-state-table.ts";
import { openSqlStates } from "./sql-states.ts";

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
  readonly states: StateStore;
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
  let driver: PostgresDriver | undefined;
  let events: PostgresEvents | undefined;
  let states: StateStore | undefined;
  let reading: PostgresConnection | undefined;
  let connecting: Promise<PostgresConnection> | undefined;

  function opened<T>(part: T | undefined): T {
    if (part !== undefined) return part;
    throw new EgoError("unavailable", `The store of Postgres at ${server} is not open.`);
  }

  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (failure) {
      throw postgresFailure(failure, server);
    }
  }

  /** A new connection, as soon as the server takes one. */
  async function connect(): Promise<PostgresConnection> {
    const until = performance.now() + reconnectMs;
    for (let pause = 20; ; pause = Math.min(pause * 2, 1_000)) {
      try {
        const connection = await opened(driver).connect();
        // A reply means that the events are on the disk, whatever the server's default is.
        await connection.run(durableCommits, []);
        return connection;
      } catch (failure) {
        if (!isConnectionLost(failure) || performance.now() + pause > until) throw failure;
        await wait(pause);
      }
    }
  }

  function reader(): Promise<PostgresConnection> {
    if (reading && !reading.lost) return Promise.resolve(reading);
    connecting ??= connect()
      .then((connection) => {
        reading = connection;
        return connection;
      })
      .finally(() => {
        connecting = undefined;
      });
    return connecting;
  }

  async function open(entities: readonly EntityTable[]): Promise<void> {
    if (driver)
      throw new EgoError(
        "invalid_argument",
        `The store of Postgres at ${server} is open already: give each engine a store of its own.`,
      );
    driver = options.dialect
      ? kyselyDriver(options.dialect)
      : pgDriver(options.pool ?? (await createPgPool(options.connectionString)), options.pool === undefined);
    try {
      const { db } = driver;
      const { shardCount } = await db.connection().execute((connection) => prepareSchema(connection, schema, server));
      const qualify = qualifyIn(schema);
      const prepare = prepareFor(db);
      const names = openPostgresNames(prepare, qualify);
      const scoped = db.withSchema(schema);
      await createTables(
        scoped,
        entities.flatMap(({ table }) => table ?? []),
      );
      states = openSqlStates({
        db: scoped,
        idsOf: async (wanted) => names.idsOf(await reader(), wanted),
        idOf: async (name) => names.find(await reader(), name),
        tables: new Map(
          entities.flatMap((entity) => {
            const table = openSqlStateTable(db, schema, entity);
            return table ? [[entity.name, table] as const] : [];
          }),
        ),
        isConflict: (failure) => isUniqueViolation(failure) || isSerializationFailure(failure),
      });
      events = openPostgresEvents({
        shardCount,
        lanes,
        names,
        statements: eventStatements(prepare, qualify),
        connect,
        reconnectMs,
        reader,
      });
    } catch (failure) {
      await close();
      throw postgresFailure(failure, server);
    }
  }

  async function close(): Promise<void> {
    const closing = { driver, events, reading };
    driver = undefined;
    events = undefined;
    states = undefined;
    reading = undefined;
    await closing.events?.close();
    await closing.reading?.close();
    await closing.driver?.close();
  }

  const journal: EventStore = {
    lanes,
    get shardCount() {
      return opened(events).shardCount;
    },
    append: (batch) => guarded(() => opened(events).append(batch)),
    load: (entityType, entityId, range) => guarded(() => opened(events).load(entityType, entityId, range)),
    read: (shard, after, limit) => guarded(() => opened(events).read(shard, after, limit)),
  };
  const durable: StateStore = {
    load: (entityType, entityId) => guarded(() => opened(states).load(entityType, entityId)),
    save: (batch) => guarded(() => opened(states).save(batch)),
    receipts: (entityType, entityId, limit) => guarded(() => opened(states).receipts(entityType, entityId, limit)),
  };
  return { open, close, events: journal, states: durable };
}

/** Creates or migrates the journal, while others that open it wait. */
async function prepareSchema(db: Kysely<JournalDatabase>, schema: string, server: string): Promise<JournalMeta> {
  const key = sql`hashtext(${`ego ${schema}`})`;
  await sql`select pg_advisory_lock(${key})`.execute(db);
  try {
    // Not "if not exists", for which one needs the right to create schemas, also where the schema is there.
    const { rows } = await sql`select 1 from pg_namespace where nspname = ${schema}`.execute(db);
    if (rows.length === 0) await db.schema.createSchema(schema).execute();
    return await migrate(db, { migrations: postgresMigrations(schema), schema, journal: `${schema} at ${server}` });
  } finally {
    await sql`select pg_advisory_unlock(${key})`.execute(db);
  }
}

/** Of all levels, `off` alone answers before the commit is on the server's own disk. */
const durableCommits = {
  name: "ego_durable",
  text: "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'",
};

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
