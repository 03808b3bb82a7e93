import { EgoError } from "../../error/ego-error.ts";
import { textOf } from "../../error/text-of.ts";
import { rowsTogether } from "../../tables/rows-together.ts";
import type { Connection } from "./sqlite-connection.ts";
import { type KyselyStatement, kyselyStatement } from "./sqlite-dialect.ts";
import { isBrokenFile, sqliteFailure } from "./sqlite-failure.ts";
import type {
  QueriesReply,
  QueriesRequest,
  QueryReply,
  QueryRequest,
  StatementsReply,
  StatementsRequest,
} from "./sqlite-protocol.ts";
import { workerFailure } from "./sqlite-worker-failure.ts";
import { refuseControl } from "./transaction-control.ts";

/** Transactions whose statements come one by one from the main thread: one at a time, since there is one connection. */
export interface SqliteSessions {
  /** Whether one is open. */
  readonly active: boolean;
  /** Whether there are events in the one that is open, which are not committed. */
  readonly appended: boolean;
  begin(session: number): null;
  /**
   * Runs a statement in its session, or on its own.
   *
   * @throws EgoError `unavailable` if the session is over, `invalid_argument` for a statement that would end or begin
   *   a transaction; or a failure of SQLite
   */
  query(request: QueryRequest): QueryReply;
  /** Appends events in a session. */
  append<Result>(session: number, work: () => Result): Result;
  /** Runs a statement with each of several sets of parameters, whatever becomes of those before. */
  queries(request: QueriesRequest): QueriesReply;
  /** Runs statements until one fails. */
  statements(request: StatementsRequest): StatementsReply;
  /** Commits, or rolls back and throws. The session is over in either case. */
  commit(session: number): null;
  /**
   * Rolls back.
   *
   * @throws EgoError `unavailable` if the session is not there
   */
  rollback(session: number): null;
  /** Rolls back what is open. */
  abandon(): void;
}

/** Opens the sessions of a connection to a file. `forget` is called where events are taken back. */
export function openSessions(connection: Connection, filename: string, forget: () => void): SqliteSessions {
  const { database } = connection;
  const statementOf = statementCache(connection);
  let current: number | undefined;
  let appended = false;
  /** Why SQLite ended the transaction of the session by itself. */
  let broken: EgoError | undefined;

  function checkCurrent(session: number | undefined): void {
    if (current === session) return;
    throw new EgoError(
      "unavailable",
      "The transaction is over: it ended before this was asked, or was lost with the thread that had it.",
    );
  }

  function checkOpen(session: number | undefined): void {
    checkCurrent(session);
    if (broken !== undefined) throw broken;
  }

  function run({ sql, parameters }: QueryRequest): QueryReply {
    const statement = statementOf(sql);
    if (statement.reader) return { rows: statement.all(parameters) };
    const { changes, lastInsertRowid } = statement.run(parameters);
    return { changes, lastInsertRowid };
  }

  function runAlone(request: QueryRequest): QueryReply {
    const reply = run(request);
    if (!database.isTransaction) return reply;
    // A savepoint begins one, which nobody would end.
    connection.rollback();
    throw new EgoError("invalid_argument", "A savepoint is for statements in a transaction.");
  }

  function inSession(request: QueryRequest): QueryReply {
    checkOpen(request.session);
    try {
      return run(request);
    } catch (failure) {
      // Without a transaction, what comes next would be committed at once, and alone.
      if (!database.isTransaction) broken = rolledBack(sqliteFailure(failure, filename));
      throw failure;
    }
  }

  function abandon(): void {
    current = undefined;
    broken = undefined;
    connection.rollback();
    if (appended) forget();
    appended = false;
  }

  return {
    get active() {
      return current !== undefined;
    },
    get appended() {
      return appended;
    },
    begin(session) {
      connection.begin();
      current = session;
      return null;
    },
    query: (request) => (request.session === undefined ? runAlone(request) : inSession(request)),
    append(session, work) {
      checkOpen(session);
      appended = true;
      return work();
    },
    queries({ session, sql, sets }) {
      const replies = sets.map((parameters) => {
        try {
          return inSession({ session, sql, parameters });
        } catch (failure) {
          if (isBrokenFile(failure)) throw failure;
          return { failure: workerFailure(failure, filename) };
        }
      });
      return packed(replies) ?? replies;
    },
    statements({ session, texts, counts, together, steps, values }) {
      const changes = new Float64Array(steps.length);
      let used = 0;
      /** Up to here, each is run alone. */
      let alone = 0;
      for (let index = 0; index < steps.length; ) {
        const step = steps[index] ?? 0;
        const many = index < alone || !isRow(steps, index, rowsTogether) ? undefined : together[step];
        const rows = many === undefined ? 1 : rowsTogether;
        const next = used + rows * (counts[step] ?? 0);
        try {
          const reply = inSession({ session, sql: many ?? texts[step] ?? "", parameters: values.slice(used, next) });
          const changed = "changes" in reply ? Number(reply.changes) / rows : 0;
          changes.fill(changed, index, index + rows);
        } catch (failure) {
          if (isBrokenFile(failure)) throw failure;
          if (many === undefined || broken !== undefined) {
            return { changes: changes.slice(0, index), failure: workerFailure(failure, filename) };
          }
          // None of them was done: which one it is, they tell one by one.
          alone = index + rows;
          continue;
        }
        index += rows;
        used = next;
      }
      return { changes, failure: undefined };
    },
    commit(session) {
      try {
        checkOpen(session);
        connection.commit();
        current = undefined;
        appended = false;
      } finally {
        if (current === session) abandon();
      }
      return null;
    },
    rollback(session) {
      checkCurrent(session);
      abandon();
      return null;
    },
    abandon,
  };
}

/** Whether so many steps are the same from a place on. */
function isRow(steps: readonly number[], from: number, count: number): boolean {
  if (from + count > steps.length) return false;
  for (let index = from + 1; index < from + count; index++) if (steps[index] !== steps[from]) return false;
  return true;
}

/** Numbers travel without a copy; undefined where there are other things among the replies. */
function packed(
  replies: readonly (QueryReply | { readonly failure: unknown })[],
): Float64Array<ArrayBuffer> | undefined {
  const numbers = new Float64Array(replies.length * 2);
  for (const [index, reply] of replies.entries()) {
    if (!("changes" in reply)) return undefined;
    const rowid = Number(reply.lastInsertRowid);
    if (!Number.isSafeInteger(rowid)) return undefined;
    numbers[index * 2] = Number(reply.changes);
    numbers[index * 2 + 1] = rowid;
  }
  return numbers;
}

function rolledBack(cause: EgoError): EgoError {
  return new EgoError(
    cause.code,
    `SQLite rolled the transaction back when a statement in it failed, so that nothing more can be done in it: ${textOf(cause)}`,
    { details: cause.details },
  );
}

/** How many statements are kept prepared. */
const cached = 256;

/** Prepared statements by their text: those that were used last are kept. */
function statementCache(connection: Connection): (sql: string) => KyselyStatement {
  const statements = new Map<string, KyselyStatement>();
  return (sql) => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      refuseControl(sql);
      statement = kyselyStatement(connection.database.prepare(sql));
      if (statements.size === cached) {
        const [oldest = sql] = statements.keys();
        statements.delete(oldest);
      }
    } else {
      statements.delete(sql);
    }
    statements.set(sql, statement);
    return statement;
  };
}
