import { setTimeout as wait } from "node:timers/promises";
import type { Kysely } from "kysely";
import type { EntityTable } from "../../codegen/entity.ts";
import type { TableData } from "../../codegen/table.ts";
import { EgoError } from "../../error/ego-error.ts";
import type { EventStore } from "../../journal/event-store.ts";
import type { SchemaStatus, StoreMigrations } from "../../journal/migrations.ts";
import type { SnapshotStore } from "../../journal/snapshot-store.ts";
import type { StateStore } from "../../journal/state-store.ts";
import type { Store } from "../../journal/store.ts";
import { createTables, tableStatuses } from "../../tables/create-tables.ts";
import type { JournalMeta, JournalStatus } from "./migrations/migrate.ts";
import type { JournalDatabase } from "./schema.ts";
import type { SqlConnection, SqlDriver } from "./sql-driver.ts";
import { openSqlEvents, type SqlEvents } from "./sql-events.ts";
import type { FailureKind, SqlJournal } from "./sql-journal.ts";
import { openSqlNames } from "./sql-names.ts";
import { pinnedConnection } from "./sql-pinned.ts";
import { openSqlSnapshots } from "./sql-snapshots.ts";
import { openSqlStateTable } from "./sql-state-table.ts";
import { openSqlStates } from "./sql-states.ts";

/** What a store is made of: one kind of database, and the user's settings. */
export interface SqlStoreParts<Connection extends SqlConnection> {
  /** What errors call it: `Postgres at localhost/bank`. */
  readonly name: string;
  /** The kind of database, and where the journal is. */
  readonly place: Pick<SchemaStatus, "store" | "place">;
  /** The schema of all tables, where the database has such. */
  readonly schema?: string;
  readonly lanes: number;
  readonly reconnectMs: number;
  driver(): Promise<SqlDriver<Connection>>;
  /** Creates or migrates the journal on a connection, while others that open it wait. */
  prepare(db: Kysely<JournalDatabase>): Promise<JournalMeta>;
  /** Where the journal's schema stands. */
  look(db: Kysely<JournalDatabase>): Promise<JournalStatus>;
  /** Sees to the settings of a new connection. */
  settle?(connection: Connection): Promise<void>;
  /** Sees to the settings of a transaction, on whatever connection, that stores durable states. */
  settleTransaction?(transaction: Kysely<JournalDatabase>): Promise<void>;
  journal(db: Kysely<JournalDatabase>): SqlJournal<Connection>;
  kindOf(failure: unknown): FailureKind | undefined;
  /** A failure of the driver as an error that says what to do. */
  failureOf(cause: unknown): EgoError;
}

/** A store in a database with connections: opens, closes, connects again, and says what failed. */
export function sqlStore<Connection extends SqlConnection>(
  parts: SqlStoreParts<Connection>,
): Store & {
  readonly snapshots: SnapshotStore;
  readonly states: StateStore;
  readonly migrations: StoreMigrations;
} {
  const { name, schema, lanes, reconnectMs, kindOf } = parts;
  let driver: SqlDriver<Connection> | undefined;
  let events: SqlEvents | undefined;
  let snapshots: SnapshotStore | undefined;
  let states: StateStore | undefined;
  const reading = pinnedConnection(connect, kindOf);
  const keeping = pinnedConnection(connect, kindOf);

  function opened<T>(part: T | undefined): T {
    if (part !== undefined) return part;
    throw new EgoError("unavailable", `The store of ${name} is not open.`);
  }

  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (failure) {
      throw parts.failureOf(failure);
    }
  }

  /** A new connection, as soon as the server takes one. */
  async function connect(): Promise<Connection> {
    const until = performance.now() + reconnectMs;
    for (let pause = 20; ; pause = Math.min(pause * 2, 1_000)) {
      try {
        return await settled(await opened(driver).connect());
      } catch (failure) {
        if (kindOf(failure) !== "lost" || performance.now() + pause > until) throw failure;
        await wait(pause);
      }
    }
  }

  async function settled(connection: Connection): Promise<Connection> {
    try {
      await parts.settle?.(connection);
      return connection;
    } catch (failure) {
      await connection.close();
      throw failure;
    }
  }

  const scopeOf = (db: Kysely<JournalDatabase>) => (schema === undefined ? db : db.withSchema(schema));

  async function migrateAll(db: Kysely<JournalDatabase>, entities: readonly EntityTable[]): Promise<JournalMeta> {
    const meta = await db.connection().execute((connection) => parts.prepare(connection));
    await createTables(scopeOf(db), tablesOf(entities));
    return meta;
  }

  async function statusOf(db: Kysely<JournalDatabase>, entities: readonly EntityTable[]): Promise<SchemaStatus> {
    const journal = await db.connection().execute((connection) => parts.look(connection));
    return { ...parts.place, ...journal, tables: await tableStatuses(scopeOf(db), tablesOf(entities)) };
  }

  /** On a driver of its own, whether the store is open or not. */
  function beside<T>(work: (db: Kysely<JournalDatabase>) => Promise<T>): Promise<T> {
    return guarded(async () => {
      const own = await parts.driver();
      try {
        return await work(own.db);
      } finally {
        await own.close();
      }
    });
  }

  const migrations: StoreMigrations = {
    status: (entities) => beside((db) => statusOf(db, entities)),
    up: (entities) =>
      beside(async (db) => {
        const { applied } = await migrateAll(db, entities);
        return { applied, status: await statusOf(db, entities) };
      }),
  };

  async function open(entities: readonly EntityTable[]): Promise<void> {
    if (driver) {
      throw new EgoError(
        "invalid_argument",
        `The store of ${name} is open already: give each engine a store of its own.`,
      );
    }
    driver = await parts.driver();
    try {
      const { db } = driver;
      const { shardCount } = await migrateAll(db, entities);
      const journal = parts.journal(db);
      const names = openSqlNames(journal);
      states = openSqlStates({
        db: scopeOf(db),
        settle: async (transaction) => parts.settleTransaction?.(transaction),
        idsOf: (wanted) => reading.run((connection) => names.idsOf(connection, wanted)),
        idOf: (wanted) => reading.run((connection) => names.find(connection, wanted)),
        tables: new Map(
          entities.flatMap((entity) => {
            const table = openSqlStateTable(db, schema, entity);
            return table ? [[entity.name, table] as const] : [];
          }),
        ),
        isConflict(failure) {
          const kind = kindOf(failure);
          return kind === "conflict" || kind === "contended";
        },
        patienceMs: reconnectMs,
      });
      snapshots = openSqlSnapshots({ journal, names, reading, keeping });
      events = openSqlEvents({ shardCount, lanes, names, journal, connect, kindOf, reconnectMs, reading, keeping });
    } catch (failure) {
      await close();
      throw parts.failureOf(failure);
    }
  }

  async function close(): Promise<void> {
    const closing = { driver, events };
    driver = undefined;
    events = undefined;
    snapshots = undefined;
    states = undefined;
    await closing.events?.close();
    await reading.close();
    await keeping.close();
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
    removePayloads: (entityType, entityId, range) =>
      guarded(() => opened(events).removePayloads(entityType, entityId, range)),
    readShards: (after, limit) => guarded(() => opened(events).readShards(after, limit)),
    lastPositions: () => guarded(() => opened(events).lastPositions()),
  };
  const kept: SnapshotStore = {
    save: (batch) => guarded(() => opened(snapshots).save(batch)),
    load: (entityType, entityId, choice) => guarded(() => opened(snapshots).load(entityType, entityId, choice)),
    delete: (entityType, entityId, range) => guarded(() => opened(snapshots).delete(entityType, entityId, range)),
  };
  const durable: StateStore = {
    load: (entityType, entityId) => guarded(() => opened(states).load(entityType, entityId)),
    save: (batch) => guarded(() => opened(states).save(batch)),
    receipts: (entityType, entityId, limit) => guarded(() => opened(states).receipts(entityType, entityId, limit)),
  };
  return { name, open, close, events: journal, snapshots: kept, states: durable, migrations };
}

function tablesOf(entities: readonly EntityTable[]): readonly TableData[] {
  return entities.flatMap(({ table }) => table ?? []);
}
