import type { Kysely } from "kysely";
import { deadlineIn, pause } from "../../clock/deadline.ts";
import type { EntityTable } from "../../codegen/entity.ts";
import { EgoError } from "../../error/ego-error.ts";
import type { EventStore } from "../../journal/event-store.ts";
import type { StateStore } from "../../journal/state-store.ts";
import type { Store } from "../../journal/store.ts";
import { noHost, type StoreHost } from "../../journal/store-host.ts";
import { createTables } from "../../tables/create-tables.ts";
import type { JournalMeta } from "./migrations/migrate.ts";
import type { JournalDatabase } from "./schema.ts";
import type { SqlConnection, SqlDriver } from "./sql-driver.ts";
import { openSqlEvents, type SqlEvents } from "./sql-events.ts";
import type { FailureKind, SqlJournal } from "./sql-journal.ts";
import { openSqlNames } from "./sql-names.ts";
import type { Patience } from "./sql-patience.ts";
import { type SqlServer, serverWatch } from "./sql-server.ts";
import { openSqlStateTable } from "./sql-state-table.ts";
import { openSqlStates } from "./sql-states.ts";

/** What a store is made of: one kind of database, and the user's settings. */
export interface SqlStoreParts<Connection extends SqlConnection> {
  /** What errors call it: `Postgres at localhost/bank`. */
  readonly name: string;
  /** The schema of all tables, where the database has such. */
  readonly schema?: string;
  readonly lanes: number;
  readonly reconnectMs: number;
  driver(patience: Patience): Promise<SqlDriver<Connection>>;
  /** Creates or migrates the journal on a connection, while others that open it wait. */
  prepare(db: Kysely<JournalDatabase>): Promise<JournalMeta>;
  /** Sees to the settings of a new connection. A statement is not to go on for longer than `timeoutMs` by itself. */
  settle(connection: Connection, timeoutMs: number): Promise<void>;
  /** Which server a connection is to; undefined if it does not say. */
  serverOf(connection: Connection): Promise<SqlServer | undefined>;
  /** Seconds by which the start of one server may be told differently. */
  readonly startPrecision: number;
  journal(db: Kysely<JournalDatabase>): SqlJournal<Connection>;
  kindOf(failure: unknown): FailureKind | undefined;
  /** A failure of the driver as an error that says what to do. */
  failureOf(cause: unknown): EgoError;
}

/** A store in a database with connections: opens, closes, connects again, and says what failed. */
export function sqlStore<Connection extends SqlConnection>(
  parts: SqlStoreParts<Connection>,
): Store & { readonly states: StateStore } {
  const { name, schema, lanes, reconnectMs, kindOf } = parts;
  let driver: SqlDriver<Connection> | undefined;
  let events: SqlEvents | undefined;
  let states: Required<StateStore> | undefined;
  let reader: Connection | undefined;
  let connecting: Promise<Connection> | undefined;
  let host = noHost;
  let watch = serverWatch(0, () => {});

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
      await parts.settle(connection, host.timeoutMs);
      watch.meet(await parts.serverOf(connection));
      return connection;
    } catch (failure) {
      await connection.close();
      throw failure;
    }
  }

  function readingConnection(): Promise<Connection> {
    if (reader && !reader.lost) return Promise.resolve(reader);
    connecting ??= connect()
      .then((connection) => {
        reader = connection;
        return connection;
      })
      .finally(() => {
        connecting = undefined;
      });
    return connecting;
  }

  /** What was idle for long is often closed by the server, or by what is in between. */
  async function reading<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await readingConnection();
    try {
      return await work(connection);
    } catch (failure) {
      if (kindOf(failure) !== "lost") throw failure;
      return work(await readingConnection());
    }
  }

  async function open(entities: readonly EntityTable[], openedBy: StoreHost = noHost): Promise<void> {
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
      const { shardCount } = await db.connection().execute((connection) => parts.prepare(connection));
      const journal = parts.journal(db);
      const names = openSqlNames(journal);
      watch = serverWatch(parts.startPrecision, (before, now) => {
        names.forget();
        // It may still be connected to the one before.
        void reader?.close();
        reader = undefined;
        host.failedOver(`${name} is another server, or was started again: ${describe(before)}, now ${describe(now)}`);
      });
      const scoped = schema === undefined ? db : db.withSchema(schema);
      await createTables(
        scoped,
        entities.flatMap(({ table }) => table ?? []),
      );
      states = openSqlStates({
        db: scoped,
        idsOf: (wanted) => reading((connection) => names.idsOf(connection, wanted)),
        idOf: (wanted) => reading((connection) => names.find(connection, wanted)),
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
      });
      // Now, so that another server is known as one.
      await readingConnection();
    } catch (failure) {
      await close();
      throw parts.failureOf(failure);
    }
  }

  async function close(): Promise<void> {
    const closing = { driver, events, reader };
    driver = undefined;
    events = undefined;
    states = undefined;
    reader = undefined;
    await closing.events?.close();
    await closing.reader?.close();
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
    read: (shard, after, limit) => guarded(() => opened(events).read(shard, after, limit)),
  };
  const durable: StateStore = {
    heads: (entities) => guarded(() => opened(states).heads(entities)),
    load: (entityType, entityId) => guarded(() => opened(states).load(entityType, entityId)),
    save: (batch) =>
      guarded(async () => {
        const { epoch } = watch;
        await readingConnection();
        if (epoch !== watch.epoch) throw decidedBefore(name);
        return opened(states).save(batch);
      }),
    receipts: (entityType, entityId, limit) => guarded(() => opened(states).receipts(entityType, entityId, limit)),
  };
  return {
    name,
    open,
    close,
    events: journal,
    states: durable,
    get disconnected() {
      return driver !== undefined && (reader?.lost ?? true);
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
