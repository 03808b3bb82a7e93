import { parentPort } from "node:worker_threads";
import { Kysely } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import { createTable } from "../../tables/create-tables.ts";
import { existingJournal, type JournalMeta, migrate } from "./migrations/migrate.ts";
import { sqliteMigrations } from "./migrations/sqlite.ts";
import type { JournalDatabase } from "./schema.ts";
import { type Connection, openConnection } from "./sqlite-connection.ts";
import { loadSqlite } from "./sqlite-database.ts";
import { connectionDialect } from "./sqlite-dialect.ts";
import { openEvents, type SqliteEvents } from "./sqlite-events.ts";
import { openNames } from "./sqlite-names.ts";
import type { OpenRequest, Operations, WorkerReply, WorkerRequest } from "./sqlite-protocol.ts";
import { openSessions, type SqliteSessions } from "./sqlite-sessions.ts";
import { openSnapshots, type SqliteSnapshots } from "./sqlite-snapshots.ts";
import { openStates, type SqliteStates } from "./sqlite-states.ts";
import { openTable, targetOf } from "./sqlite-tables.ts";
import { openTurns, type SqliteTurns } from "./sqlite-turns.ts";
import { workerFailure } from "./sqlite-worker-failure.ts";

// The thread of one store. It opens one database, and answers one request after another, but for those that wait for a
// session.

interface OpenDatabase {
  readonly filename: string;
  readonly turns: SqliteTurns;
  readonly sessions: SqliteSessions;
  readonly connection: Connection;
  readonly events: SqliteEvents;
  readonly snapshots: SqliteSnapshots;
  readonly states: SqliteStates;
}

type Reply = Operations[keyof Operations]["reply"];

let open: OpenDatabase | undefined;

parentPort?.on("message", (requests: readonly WorkerRequest[]) => {
  const [first] = requests;
  // The store waits for this answer before it asks anything else.
  if (first?.kind === "open") void openFirst(first.id, first.body);
  else answer(open === undefined ? requests.map(perform) : open.turns.take(requests));
});

async function openFirst(id: number, request: OpenRequest): Promise<void> {
  try {
    answer([{ id, body: await openDatabase(request) }]);
  } catch (failure) {
    answer([failed(id, failure, request.filename, request.readOnly)]);
  }
}

function perform(request: WorkerRequest): WorkerReply {
  try {
    return { id: request.id, body: replyTo(request) };
  } catch (failure) {
    return failed(request.id, failure, open?.filename ?? "");
  }
}

function replyTo(request: WorkerRequest): Reply {
  if (open === undefined) throw new EgoError("unavailable", "The database is not open.");
  const { connection, sessions, events, snapshots, states } = open;
  switch (request.kind) {
    case "append":
      return events.append(request.body);
    case "appendIn":
      return sessions.append(request.body.session, () => events.appendIn(request.body.batch));
    case "load":
      return events.load(request.body);
    case "loadPayloads":
      return events.loadPayloads(request.body);
    case "read":
      return events.read(request.body);
    case "removePayloads":
      return events.removePayloads(request.body);
    case "saveSnapshots":
      return snapshots.save(request.body);
    case "loadSnapshot":
      return snapshots.load(request.body);
    case "deleteSnapshots":
      return snapshots.delete(request.body);
    case "readShards":
      return events.readShards(request.body);
    case "lastPositions":
      return events.lastPositions();
    case "save":
      return states.save(request.body);
    case "state":
      return states.load(request.body);
    case "heads":
      return events.heads(request.body);
    case "stateHeads":
      return states.heads(request.body);
    case "receipts":
      return states.receipts(request.body);
    case "readVersions":
      return states.readShards(request.body);
    case "lastVersions":
      return states.lastPositions();
    case "statistics":
      return connection.statistics();
    case "begin":
      return sessions.begin(request.body);
    case "query":
      return sessions.query(request.body);
    case "queries":
      return sessions.queries(request.body);
    case "statements":
      return sessions.statements(request.body);
    case "commit":
      return sessions.commit(request.body);
    case "rollback":
      return sessions.rollback(request.body);
    case "close":
      open = undefined;
      connection.close();
      return null;
    case "open":
      throw new EgoError("internal", "The database is open already.");
  }
}

async function openDatabase(request: OpenRequest): Promise<Operations["open"]["reply"]> {
  const connection = openConnection(request, await loadSqlite(request.driver));
  try {
    const db = new Kysely<JournalDatabase>({ dialect: connectionDialect(connection.database) });
    const meta = await (request.readOnly ? existing : created)(connection, db, request);
    const names = openNames(connection, db);
    names.idsOf(request.names);
    const tables = new Map(
      request.tables.map(({ entityType, shape }) => [entityType, openTable(connection, db, shape)]),
    );
    const events = openEvents(connection, db, names, meta.shardCount);
    const snapshots = openSnapshots(connection, db, names);
    const states = openStates(connection, db, names, tables, meta.shardCount);
    const sessions = openSessions(connection, request.filename, events.forget);
    const turns = openTurns(sessions, perform);
    open = { filename: request.filename, connection, turns, sessions, events, snapshots, states };
    return meta;
  } catch (failure) {
    connection.close();
    throw failure;
  }
}

type Prepare = (connection: Connection, db: Kysely<JournalDatabase>, request: OpenRequest) => Promise<JournalMeta>;

const created: Prepare = async (connection, db, { filename, tables }) => {
  // One transaction around it all, under the write lock: of two engines that start at once, one waits here and then
  // finds everything done.
  connection.database.exec("begin immediate");
  const meta = await migrate(db, { migrations: sqliteMigrations, journal: filename });
  for (const { shape } of tables) await createTable(db, targetOf(shape), "");
  connection.database.exec("commit");
  return meta;
};

const existing: Prepare = (_, db, { filename }) =>
  existingJournal(db, { migrations: sqliteMigrations, journal: filename });

function failed(id: number, failure: unknown, filename: string, readOnly = false): WorkerReply {
  return { id, failure: workerFailure(failure, filename, readOnly) };
}

function answer(replies: readonly WorkerReply[]): void {
  // All that came may have to wait.
  if (replies.length === 0) return;
  parentPort?.postMessage(replies, replies.flatMap(buffersOf));
}

/** Big answers are handed over without a copy. */
function buffersOf(reply: WorkerReply): readonly ArrayBuffer[] {
  if ("failure" in reply || reply.body === null || reply.body === undefined) return [];
  if (reply.body instanceof Float64Array) return [reply.body.buffer];
  if ("changes" in reply.body && reply.body.changes instanceof Float64Array) return [reply.body.changes.buffer];
  return "numbers" in reply.body ? [reply.body.numbers.buffer, reply.body.bytes.buffer] : [];
}
