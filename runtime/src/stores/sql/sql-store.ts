import { randomUUID } from "node:crypto";
import type { Kysely } from "kysely";
import { deadlineIn, pause } from "../../clock/deadline.ts";
import type { EntityTable } from "../../codegen/entity.ts";
import type { TableData } from "../../codegen/table.ts";
import { EgoError } from "../../error/ego-error.ts";
import type { EventStore } from "../../journal/event-store.ts";
import type { ProjectMigrations, SchemaStatus, StoreMigrations } from "../../journal/migrations.ts";
import type { ProjectionStore } from "../../journal/projection-store.ts";
import type { SnapshotStore } from "../../journal/snapshot-store.ts";
import type { StateStore } from "../../journal/state-store.ts";
import type { Store } from "../../journal/store.ts";
import { noHost, type StoreHost } from "../../journal/store-host.ts";
import { createTables, tableStatuses } from "../../tables/create-tables.ts";
import type { JournalMeta, JournalStatus } from "./migrations/migrate.ts";
import { lookAtProject, migrateProject } from "./migrations/project.ts";
import type { ClosableSignals } from "./postgres-signals.ts";
import type { JournalDatabase } from "./schema.ts";
import type { SqlConnection, SqlDriver } from "./sql-driver.ts";
import { openSqlEvents, type SqlEvents } from "./sql-events.ts";
import { InlineFailure, projectingInline } from "./sql-inline.ts";
import type { FailureKind, SqlJournal } from "./sql-journal.ts";
import { openSqlNames } from "./sql-names.ts";
import type { Patience } from "./sql-patience.ts";
import { pinnedConnection } from "./sql-pinned.ts";
import { ofStore } from "./sql-projecting.ts";
import { openSqlProjections } from "./sql-projections.ts";
import { type SqlServer, serverWatch } from "./sql-server.ts";
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
  /** Whether statements that change the schema are taken back with their transaction. */
  readonly atomic: boolean;
  readonly lanes: number;
  readonly reconnectMs: number;
  driver(patience: Patience): Promise<SqlDriver<Connection>>;
  /** Creates or migrates the journal on a connection, while others that open it wait. */
  prepare(db: Kysely<JournalDatabase>): Promise<JournalMeta>;
  /** Where the journal's schema stands. */
  look(db: Kysely<JournalDatabase>): Promise<JournalStatus>;
  /** Looks at a journal that is to be read, and has to be up to date. */
  existing(db: Kysely<JournalDatabase>): Promise<JournalMeta>;
  /** Sees to the settings of a new connection. A statement is not to go on for longer than `timeoutMs` by itself. */
  settle?(connection: Connection, timeoutMs: number): Promise<void>;
  /** Which server a connection is to; undefined if it does not say. */
  serverOf(connection: Connection): Promise<SqlServer | undefined>;
  /** Seconds by which the start of one server may be told differently. */
  readonly startPrecision: number;
  /** Sees to the settings of a transaction, on whatever connection, that stores durable states. */
  settleTransaction?(transaction: Kysely<JournalDatabase>): Promise<void>;
  journal(db: Kysely<JournalDatabase>): SqlJournal<Connection>;
  kindOf(failure: unknown): FailureKind | undefined;
  /** A failure of the driver as an error that says what to do. */
  failureOf(cause: unknown): EgoError;
}

/** Transactions of projections that a server runs side by side: each takes a connection. */
const parallel = 4;

/** A store in a database with connections: opens, closes, connects again, and says what failed. */
export function sqlStore<Connection extends SqlConnection>(
  parts: SqlStoreParts<Connection>,
): Store & {
  readonly snapshots: SnapshotStore;
  readonly states: StateStore;
  readonly projections: ProjectionStore;
  readonly migrations: StoreMigrations;
} {
  const { name, schema, lanes, reconnectMs, kindOf } = parts;
  let driver: SqlDriver<Connection> | undefined;
  let events: SqlEvents | undefined;
  let snapshots: SnapshotStore | undefined;
  let states: Required<StateStore> | undefined;
  let projections: ProjectionStore | undefined;
  const reading = pinnedConnection(connect, kindOf);
  const keeping = pinnedConnection(connect, kindOf);
  let host = noHost;
  let watch = serverWatch(0, () => {});
  let signals: ClosableSignals | undefined;

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
    const { timing } = host;
    using patience = deadlineIn(reconnectMs, timing);
    for (let wait = 20; ; wait = Math.min(wait * 2, 1_000)) {
      try {
        return await settled(await opened(driver).connect());
      } catch (failure) {
        if (kindOf(failure) !== "lost" || patience.over) throw failure;
        await pause(wait, timing);
      }
    }
  }

  async function settled(connection: Connection): Promise<Connection> {
    try {
      await parts.settle?.(connection, host.timeoutMs);
      watch.meet(await parts.serverOf(connection));
      return connection;
    } catch (failure) {
      await connection.close();
      throw failure;
    }
  }

  const scopeOf = <Db extends Kysely<JournalDatabase>>(db: Db) =>
    schema === undefined ? db : (db.withSchema(schema) as Db);

  async function migrateAll(
    db: Kysely<JournalDatabase>,
    entities: readonly EntityTable[],
    project?: ProjectMigrations,
  ): Promise<JournalMeta> {
    const meta = await db.connection().execute((connection) => parts.prepare(connection));
    const changed = project ? await migrateProject(db, project, { schema, journal: name, atomic: parts.atomic }) : [];
    await createTables(scopeOf(db), tablesOf(entities));
    return { ...meta, applied: [...meta.applied, ...changed] };
  }

  async function statusOf(
    db: Kysely<JournalDatabase>,
    entities: readonly EntityTable[],
    project?: ProjectMigrations,
  ): Promise<SchemaStatus> {
    const journal = await db.connection().execute((connection) => parts.look(connection));
    return {
      ...parts.place,
      ...journal,
      ...(project ? { projectMigrations: await lookAtProject(db, project, { schema }) } : {}),
      tables: await tableStatuses(scopeOf(db), tablesOf(entities)),
    };
  }

  /** On a driver of its own, whether the store is open or not. */
  function beside<T>(work: (db: Kysely<JournalDatabase>) => Promise<T>): Promise<T> {
    return guarded(async () => {
      const own = await parts.driver(noHost);
      try {
        return await work(own.db);
      } finally {
        await own.close();
      }
    });
  }

  const migrations: StoreMigrations = {
    status: (entities, project) => beside((db) => statusOf(db, entities, project)),
    up: (entities, project) =>
      beside(async (db) => {
        const { applied } = await migrateAll(db, entities, project);
        return { applied, status: await statusOf(db, entities, project) };
      }),
  };

  const open = (entities: readonly EntityTable[], openedBy: StoreHost = noHost) =>
    openPrepared(entities, openedBy, (db) => migrateAll(db, entities));

  const openToRead = (entities: readonly EntityTable[]) =>
    openPrepared(entities, noHost, (db) => db.connection().execute((connection) => parts.existing(connection)));

  async function openPrepared(
    entities: readonly EntityTable[],
    openedBy: StoreHost,
    prepare: (db: Kysely<JournalDatabase>) => Promise<JournalMeta>,
  ): Promise<void> {
    if (driver) {
      throw new EgoError(
        "invalid_argument",
        `The store of ${name} is open already: give each engine a store of its own.`,
      );
    }
    // What hangs is broken off early enough to find out what became of it before the engine gives it up.
    host = { ...openedBy, timeoutMs: openedBy.timeoutMs / 2 };
    driver = await parts.driver(host);
    try {
      const { db } = driver;
      const { shardCount } = await prepare(db);
      const journal = parts.journal(db);
      const names = openSqlNames(journal);
      watch = serverWatch(parts.startPrecision, (before, now) => {
        names.forget();
        // It may still be connected to the one before.
        reading.renew();
        keeping.renew();
        host.failedOver(`${name} is another server, or was started again: ${describe(before)}, now ${describe(now)}`);
      });
      states = openSqlStates({
        db: scopeOf(db),
        shardCount,
        settle: async (transaction) => parts.settleTransaction?.(transaction),
        idsOf: (wanted) => reading.run((connection) => names.idsOf(connection, wanted)),
        idOf: (wanted) => reading.run((connection) => names.find(connection, wanted)),
        namesOf: (ids) => reading.run((connection) => names.namesOf(connection, ids)),
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
        timing: host.timing,
      });
      projections = openSqlProjections({
        db: scopeOf(db),
        pipelined: scopeOf(driver.pipelined ?? db),
        parallel,
        kindOf,
        failureOf: parts.failureOf,
      });
      snapshots = openSqlSnapshots({ journal, names, reading, keeping });
      const epoch = () => watch.epoch;
      const { timing } = host;
      events = openSqlEvents({
        shardCount,
        lanes,
        names,
        journal,
        connect,
        kindOf,
        reconnectMs,
        timing,
        epoch,
        reading,
        keeping,
      });
      signals = driver.signals?.(schema ?? "", randomUUID(), timing);
      // Now, so that another server is known as one.
      await reading.connected();
    } catch (failure) {
      await close();
      throw parts.failureOf(failure);
    }
  }

  async function close(): Promise<void> {
    const closing = { driver, events, signals };
    driver = undefined;
    signals = undefined;
    events = undefined;
    snapshots = undefined;
    states = undefined;
    projections = undefined;
    await closing.events?.close();
    await closing.signals?.close();
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
    heads: (entities) => guarded(() => opened(events).heads(entities)),
    load: (entityType, entityId, range) => guarded(() => opened(events).load(entityType, entityId, range)),
    loadPayloads: (entityType, entityId, range) =>
      guarded(() => opened(events).loadPayloads(entityType, entityId, range)),
    read: (shard, after, limit) => guarded(() => opened(events).read(shard, after, limit)),
    removePayloads: (entityType, entityId, range) =>
      guarded(() => opened(events).removePayloads(entityType, entityId, range)),
    readShards: (after, limit) => guarded(() => opened(events).readShards(after, limit)),
    lastPositions: () => guarded(() => opened(events).lastPositions()),
    missingLocks: () =>
      guarded(async () => {
        const { shardCount } = opened(events);
        const rows = await scopeOf(opened(driver).db).selectFrom("ego_shards").select("shard").execute();
        const there = new Set(rows.map(({ shard }) => Number(shard)));
        return Array.from({ length: shardCount }, (_, shard) => shard).filter((shard) => !there.has(shard));
      }),
  };
  const kept: SnapshotStore = {
    save: (batch) => guarded(() => opened(snapshots).save(batch)),
    load: (entityType, entityId, choice) => guarded(() => opened(snapshots).load(entityType, entityId, choice)),
    delete: (entityType, entityId, range) => guarded(() => opened(snapshots).delete(entityType, entityId, range)),
  };
  const durable: StateStore = {
    heads: (entities) => guarded(() => opened(states).heads(entities)),
    load: (entityType, entityId) => guarded(() => opened(states).load(entityType, entityId)),
    save: (batch) =>
      guarded(async () => {
        const { epoch } = watch;
        await reading.connected();
        if (epoch !== watch.epoch) throw decidedBefore(name);
        return opened(states).save(batch);
      }),
    receipts: (entityType, entityId, limit) => guarded(() => opened(states).receipts(entityType, entityId, limit)),
    readShards: (after, limit) => guarded(() => opened(states).readShards(after, limit)),
    lastPositions: () => guarded(() => opened(states).lastPositions()),
    missingLocks: () => guarded(() => opened(states).missingLocks()),
  };
  /** On the server that had what this follows from, or not at all. */
  async function followed<T>(work: (projections: ProjectionStore) => Promise<T>): Promise<T> {
    const { epoch } = watch;
    await guarded(() => reading.connected());
    if (epoch !== watch.epoch) throw decidedBefore(name);
    return work(opened(projections));
  }
  const projecting: ProjectionStore = {
    exactlyOnce: true,
    parallel,
    add: async (record, offsets, table) => opened(projections).add(record, offsets, table),
    list: async () => opened(projections).list(),
    offsets: async (of) => opened(projections).offsets(of),
    change: async (of, change) => opened(projections).change(of, change),
    remove: async (of, table) => opened(projections).remove(of, table),
    reset: async (of, offsets, table, at) => opened(projections).reset(of, offsets, table, at),
    promote: async (to, table) => opened(projections).promote(to, table),
    advance: (of, moves, work) => followed((open) => open.advance(of, moves, work)),
    async append(batch, inline) {
      const tries = await projectingInline(opened(driver).db, kindOf, inline);
      try {
        const results = await opened(events).append(batch, (trx, stored) => tries.project(scopeOf(trx), stored));
        return tries.appended(results);
      } catch (failure) {
        throw failure instanceof InlineFailure ? failure.cause : ofStore(parts.failureOf(failure));
      }
    },
    deadLetters: async (of, limit, after) => opened(projections).deadLetters(of, limit, after),
    countDeadLetters: async (of) => opened(projections).countDeadLetters(of),
    unbury: (of, letter, work) => followed((open) => open.unbury(of, letter, work)),
    heartbeat: async (node, now, expiresAt, handles) => opened(projections).heartbeat(node, now, expiresAt, handles),
    view: async (now) => opened(projections).view(now),
    storedOffsets: async () => opened(projections).storedOffsets?.() ?? [],
    take: async (part, from) => opened(projections).take(part, from),
    release: async (node, lots) => opened(projections).release(node, lots),
  };
  return {
    name,
    open,
    openToRead,
    close,
    events: journal,
    snapshots: kept,
    states: durable,
    projections: projecting,
    migrations,
    get signals() {
      return signals;
    },
    get disconnected() {
      return driver !== undefined && reading.lost;
    },
  };
}

function describe({ id, startedAt }: SqlServer): string {
  return `${id}, started ${new Date(startedAt * 1_000).toISOString()}`;
}

function decidedBefore(name: string): EgoError {
  return new EgoError(
    "unavailable",
    `${name} is another server than the one whose states this follows from. Nothing of this batch was stored.`,
  );
}

function tablesOf(entities: readonly EntityTable[]): readonly TableData[] {
  return entities.flatMap(({ table }) => table ?? []);
}
