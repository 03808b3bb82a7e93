import type { EntityTable } from "../../codegen/entity.ts";
import { EgoError } from "../../error/ego-error.ts";
import { checkNodeVersion } from "../../error/node-version.ts";
import type { EntityName, EventStore, RevisionRange, ShardPosition } from "../../journal/event-store.ts";
import type { StoreMigrations } from "../../journal/migrations.ts";
import type { ProjectionStore } from "../../journal/projection-store.ts";
import type { SnapshotStore } from "../../journal/snapshot-store.ts";
import type { StateChange, StateChangeResult, StateStore } from "../../journal/state-store.ts";
import type { Store } from "../../journal/store.ts";
import type { SqlValue } from "../../tables/table-shape.ts";
import { packAppends, packChanges, unpackAppendResults, unpackEvents, unpackPayloads } from "./packing.ts";
import { requireSqlite } from "./require-sqlite.ts";
import type { FailureKind } from "./sql-journal.ts";
import { openSqlProjections } from "./sql-projections.ts";
import { type WorkerClient, workerClient } from "./sqlite-client.ts";
import { noteCopy } from "./sqlite-copies.ts";
import { isUniqueViolation, sqliteFailure } from "./sqlite-failure.ts";
import { type SqliteFilename, sqlitePath } from "./sqlite-filename.ts";
import { sqliteInline } from "./sqlite-inline.ts";
import type { ConnectionStatistics, LoadRequest, ShardsRequest } from "./sqlite-protocol.ts";
import { lookAtSqlite, migrateSqliteProject } from "./sqlite-schema.ts";
import { openWorkerDatabase } from "./sqlite-worker-dialect.ts";
import { type StateTable, stateTableOf } from "./state-table.ts";

/** Settings of a store in a SQLite file. */
export interface SqliteStoreOptions {
  /** The file, created if missing. */
  readonly filename: SqliteFilename;
  /**
   * `FULL`, the default: a reply means that the events are on the disk. `NORMAL` is faster and gives that up: what
   * was answered since the last checkpoint is lost if the machine loses power (not if the program dies).
   */
  readonly synchronous?: "FULL" | "NORMAL";
  /**
   * What opens the file: Node's own SQLite if not given, or the package `better-sqlite3`, for a Node that was built
   * without it, or to have another version of SQLite. The file is the same for both.
   */
  readonly driver?: "node:sqlite" | "better-sqlite3";
  /** How long to wait for another program's lock on the file, in milliseconds; 5,000 if not given. */
  readonly busyTimeoutMs?: number;
}

/** What a store's connection did since it was opened: for tests and for the curious. */
export interface SqliteStatistics {
  /** Committed transactions that wrote something. */
  readonly transactions: number;
  /**
   * `pragma synchronous` of the store's own connection: 2 is FULL, where each commit waits for the disk; 1 is NORMAL,
   * where only checkpoints do.
   */
  readonly synchronous: number;
}

/** A store in a SQLite file. */
export interface SqliteStore extends Store {
  readonly snapshots: SnapshotStore;
  readonly states: StateStore;
  readonly projections: ProjectionStore;
  /**
   * Counts of the store's connection.
   *
   * @throws EgoError `unavailable` if the store is not open
   */
  statistics(): Promise<SqliteStatistics>;
}

/**
 * A store in a SQLite file. All work on the file is done by a thread of its own. Two engines, in
 * two processes, may have one file open.
 *
 * ```ts
 * const engine = await Engine.start({ store: sqliteStore({ filename: "bank.db" }), entities });
 * ```
 *
 * @throws EgoError `unsupported` if this Node has no SQLite, `invalid_argument` for settings that make no sense
 */
export function sqliteStore(options: SqliteStoreOptions): SqliteStore {
  const { synchronous = "FULL", busyTimeoutMs = 5_000, driver = "node:sqlite" } = options;
  if (driver !== "node:sqlite" && driver !== "better-sqlite3") {
    throw new EgoError("invalid_argument", `"driver" of a SQLite store is "node:sqlite" or "better-sqlite3".`);
  }
  if (driver === "node:sqlite") requireSqlite();
  else checkNodeVersion();
  const filename = sqlitePath(options.filename, 'sqliteStore({ filename: "app.db" })');
  if (synchronous !== "FULL" && synchronous !== "NORMAL") {
    throw new EgoError("invalid_argument", `"synchronous" of a SQLite store is "FULL" or "NORMAL".`);
  }
  let client: WorkerClient | undefined;
  let forget = () => {};
  let shardCount = 64;
  let tables: ReadonlyMap<string, StateTable> = new Map();

  function opened(): WorkerClient {
    if (client !== undefined) return client;
    throw new EgoError("unavailable", `The store of ${JSON.stringify(filename)} is not open.`);
  }

  function checkShard(shard: number): void {
    if (Number.isInteger(shard) && shard >= 0 && shard < shardCount) return;
    throw new EgoError("invalid_argument", `The journal has no shard ${shard}: it has 0 to ${shardCount - 1}.`);
  }

  function newClient(
    entities: readonly EntityTable[],
    withTables: ReadonlyMap<string, StateTable>,
    readOnly = false,
  ): WorkerClient {
    return workerClient({
      driver,
      filename,
      synchronous,
      busyTimeoutMs,
      readOnly,
      names: readOnly ? [] : entities.flatMap(namesOf),
      tables: [...withTables.values()].map(({ entityType, shape }) => ({ entityType, shape })),
    });
  }

  async function openFile(entities: readonly EntityTable[], readOnly: boolean): Promise<void> {
    if (client !== undefined) {
      throw new EgoError(
        "invalid_argument",
        `The store of ${JSON.stringify(filename)} is open already: give each engine a store of its own.`,
      );
    }
    tables = tablesOf(entities);
    forget = noteCopy(filename, driver);
    client = newClient(entities, tables, readOnly);
    try {
      ({ shardCount } = await client.open());
    } catch (failure) {
      client = undefined;
      forget();
      throw failure;
    }
  }

  async function close(): Promise<void> {
    const closing = client;
    client = undefined;
    await closing?.close();
    if (closing) forget();
  }

  const file = { filename, driver, busyTimeoutMs };
  /** Creates what is missing, as an engine does. */
  async function create(entities: readonly EntityTable[]): Promise<readonly string[]> {
    const own = newClient(entities, tablesOf(entities));
    const { applied } = await own.open();
    await own.close();
    return applied;
  }
  const migrations: StoreMigrations = {
    status: (entities, project) => lookAtSqlite(file, entities, project),
    async up(entities, project) {
      const forgetOwn = noteCopy(filename, driver);
      try {
        // The migrations of the project come between: tables that it changes are not looked at before.
        const applied = [...(await create(project ? [] : entities))];
        if (project) {
          applied.push(...(await migrateSqliteProject(file, project)));
          if (entities.some(({ table }) => table)) await create(entities);
        }
        return { applied, status: await lookAtSqlite(file, entities, project) };
      } finally {
        forgetOwn();
      }
    },
  };

  const db = openWorkerDatabase(opened);
  const failureOf = (cause: unknown) => sqliteFailure(cause, filename);
  return {
    name: `SQLite in ${filename}`,
    open: (entities) => openFile(entities, false),
    close,
    // In memory there is nothing that outlives the call.
    ...(filename === ":memory:" ? {} : { migrations, openToRead: (entities) => openFile(entities, true) }),
    events: sqliteEvents(opened, () => shardCount, checkShard),
    snapshots: sqliteSnapshots(opened),
    states: sqliteStates(opened, () => tables, checkShard),
    projections: {
      ...openSqlProjections({
        db,
        // There is one writer.
        parallel: 1,
        kindOf,
        failureOf,
      }),
      append: sqliteInline({ db, kindOf, failureOf, checkShard }),
    },
    statistics: async (): Promise<ConnectionStatistics> => opened().ask("statistics", null),
  };
}

/** What a failure of a statement on the worker means. The file and the thread fail as the store does. */
function kindOf(failure: unknown): FailureKind | undefined {
  if (isUniqueViolation(failure)) return "conflict";
  return failure instanceof EgoError && (failure.code === "unavailable" || failure.code === "data_loss")
    ? "lost"
    : undefined;
}

function tablesOf(entities: readonly EntityTable[]): ReadonlyMap<string, StateTable> {
  return new Map(
    entities.flatMap((entity) => {
      const table = stateTableOf(entity);
      return table === undefined ? [] : [[entity.name, table] as const];
    }),
  );
}

/** The names that will be stored for an entity; known early, they are written in one transaction. */
function namesOf(entity: EntityTable): readonly string[] {
  return [entity.name, ...Object.values(entity.events ?? {}).map((event) => event.typeName)];
}

/** @throws EgoError `invalid_argument` for a shard that is none */
type CheckShard = (shard: number) => void;

function sqliteEvents(client: () => WorkerClient, shardCount: () => number, checkShard: CheckShard): EventStore {
  return {
    get shardCount() {
      return shardCount();
    },
    async append(batch) {
      for (const { shard } of batch) checkShard(shard);
      if (batch.length === 0) return [];
      const packed = packAppends(batch);
      const results = await client().ask("append", packed, [packed.numbers.buffer, packed.bytes.buffer]);
      return unpackAppendResults(results);
    },
    async heads(entities) {
      return client().ask("heads", namesAlone(entities));
    },
    async load(entityType, entityId, range) {
      return unpackEvents(await client().ask("load", loadRequest(entityType, entityId, range)));
    },
    async loadPayloads(entityType, entityId, range) {
      return unpackPayloads(await client().ask("loadPayloads", loadRequest(entityType, entityId, range)), entityId);
    },
    async read(shard, afterPosition, limit) {
      checkShard(shard);
      return unpackEvents(await client().ask("read", { shard, afterPosition, limit: Math.max(limit, 0) }));
    },
    async removePayloads(entityType, entityId, range) {
      await client().ask("removePayloads", { ...range, entityType, entityId });
    },
    async readShards(after, limit) {
      for (const { shard } of after) checkShard(shard);
      return unpackEvents(await client().ask("readShards", shardsRequest(after, limit)));
    },
    lastPositions: async () => [...(await client().ask("lastPositions", null))],
  };
}

function shardsRequest(after: readonly ShardPosition[], limit: number): ShardsRequest {
  return {
    shards: after.map(({ shard }) => shard),
    after: after.map(({ position }) => position),
    limit: Math.max(limit, 0),
  };
}

function loadRequest(
  entityType: string,
  entityId: string,
  { from = 1, to = Number.MAX_SAFE_INTEGER, limit }: RevisionRange = {},
): LoadRequest {
  return { entityType, entityId, from, to, limit: limit === undefined ? -1 : Math.max(limit, 0) };
}

function sqliteSnapshots(client: () => WorkerClient): SnapshotStore {
  return {
    async save(batch) {
      const snapshots = batch.map(({ entityType, entityId, revision, schemaHash, payload, recordedAt }) => {
        return { entityType, entityId, revision, schemaHash, payload, recordedAt };
      });
      await client().ask("saveSnapshots", snapshots);
    },
    async load(entityType, entityId, { to = Number.MAX_SAFE_INTEGER, schemaHash } = {}) {
      return client().ask("loadSnapshot", { entityType, entityId, to, schemaHash });
    },
    async delete(entityType, entityId, { from = 0, to = Number.MAX_SAFE_INTEGER } = {}) {
      await client().ask("deleteSnapshots", { entityType, entityId, from, to });
    },
  };
}

/** Nothing else travels to the thread. */
function namesAlone(entities: readonly EntityName[]): readonly EntityName[] {
  return entities.map(({ entityType, entityId }) => ({ entityType, entityId }));
}

function sqliteStates(
  client: () => WorkerClient,
  tables: () => ReadonlyMap<string, StateTable>,
  checkShard: CheckShard,
): StateStore {
  const tableOf = (entityType: string) => tables().get(entityType);

  function rowOf({ entityType, entityId, state }: StateChange): readonly SqlValue[] | null {
    const table = tableOf(entityType);
    if (table === undefined) return null;
    return state === null ? [table.keyOf(entityId)] : table.toRow(entityId, state);
  }

  return {
    async load(entityType, entityId) {
      const table = tableOf(entityType);
      const key = table?.keyOf(entityId) ?? null;
      const reply = await client().ask("state", { entityType, entityId, key });
      if (reply === undefined) return undefined;
      const { revision, state } = reply;
      if (state === null || state instanceof Uint8Array) return { revision, state };
      if (table === undefined) throw new EgoError("internal", `A row of "${entityType}" came without a table.`);
      return { revision, state: table.fromRow(state) };
    },
    async save(batch) {
      const results: StateChangeResult[] = [];
      const rows = new Map<StateChange, readonly SqlValue[] | null>();
      let left: number[] = [];
      for (const [index, change] of batch.entries()) {
        try {
          rows.set(change, rowOf(change));
          left.push(index);
        } catch (failure) {
          results[index] = { stored: false, failure: EgoError.from(failure) };
        }
      }
      // A row that a constraint refuses takes the transaction with it: the others go again without it.
      while (left.length > 0) {
        const sent = left.flatMap((index) => batch[index] ?? []);
        const packed = packChanges(sent, (change) => rows.get(change) ?? null);
        try {
          const answers = await client().ask("save", packed, [packed.numbers.buffer, packed.bytes.buffer]);
          for (const [at, result] of unpackAppendResults(answers).entries()) results[left[at] ?? -1] = result;
          break;
        } catch (cause) {
          const failure = EgoError.from(cause);
          const refused = left[Number(failure.details.index ?? -1)];
          if (refused === undefined) throw failure;
          results[refused] = { stored: false, failure };
          left = left.filter((index) => index !== refused);
        }
      }
      return results;
    },
    async heads(entities) {
      return client().ask("stateHeads", namesAlone(entities));
    },
    async receipts(entityType, entityId, limit) {
      return client().ask("receipts", { entityType, entityId, limit: Math.max(limit, 0) });
    },
    async readShards(after, limit) {
      for (const { shard } of after) checkShard(shard);
      const request = { ...shardsRequest(after, limit), tables: tables().size > 0 };
      const packed = await client().ask("readVersions", request);
      return unpackEvents(packed).map(({ type, commandId, ...version }, index) => {
        const row = packed.rows[index] ?? null;
        const kind = packed.kinds[index] ?? "superseded";
        const kept = { ...version, kind, commandId: commandId ?? "" };
        if (row === null) return kept;
        const payload = tableOf(type)?.bytesOf(row);
        return payload ? { ...kept, payload } : { ...kept, kind: "unreadable" };
      });
    },
    lastPositions: async () => [...(await client().ask("lastVersions", null))],
  };
}
