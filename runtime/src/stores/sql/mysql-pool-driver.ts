import { Kysely, MysqlDialect } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import { type MysqlConnection, type MysqlDriver, mysqlParameter } from "./mysql-driver.ts";
import { mysqlKindOf } from "./mysql-failure.ts";
import type { JournalDatabase } from "./schema.ts";
import type { SqlRow } from "./sql-driver.ts";
import { type Patience, within } from "./sql-patience.ts";

/** As much of a pool of `mysql2` as the store needs, with callbacks or with promises. */
export interface MysqlPool {
  // biome-ignore lint/suspicious/noExplicitAny: a callback, or nothing where it gives a promise
  getConnection(callback?: any): any;
}

/** As much of a pool with callbacks as the store needs. */
export interface CallbackPool {
  getConnection(callback: (failure: unknown, connection?: RawConnection) => void): void;
  end?(callback: (failure: unknown) => void): void;
}

interface RawConnection {
  query(text: string, values: readonly unknown[], callback: (failure: unknown, result?: unknown) => void): unknown;
  release(): void;
  destroy(): void;
  on(event: "error" | "end", listener: () => void): unknown;
  readonly threadId?: number;
}

/** A pool with promises has one with callbacks in it. */
export function callbackPool(pool: MysqlPool): CallbackPool {
  return ("pool" in pool ? pool.pool : pool) as CallbackPool;
}

/** Makes a pool of `mysql2`, which is loaded only now. */
export async function createMysqlPool(connectionString: string): Promise<CallbackPool> {
  let mysql: typeof import("mysql2");
  try {
    mysql = await import("mysql2");
  } catch (cause) {
    throw new EgoError("unsupported", 'A MySQL store needs the package "mysql2": npm install mysql2', { cause });
  }
  return mysql.createPool(connectionString) as unknown as CallbackPool;
}

/** Talks to the database by `mysql2`. Statements go as text: prepared ones are no faster. What hangs is broken off. */
export function mysqlPoolDriver(pool: CallbackPool, ownsPool: boolean, patience: Patience): MysqlDriver {
  const connect = () => patientConnection(pool, patience);
  const end = (callback: (failure: unknown) => void) => {
    if (ownsPool && pool.end) pool.end(callback);
    else callback(undefined);
  };
  const getConnection = (callback: (failure: unknown, connection?: PatientConnection) => void) => {
    connect().then(
      (connection) => callback(undefined, connection),
      (failure: unknown) => callback(failure),
    );
  };
  const db = new Kysely<JournalDatabase>({ dialect: new MysqlDialect({ pool: { getConnection, end } as never }) });
  return { db, connect: async () => connectionOn(await connect()), close: () => db.destroy() };
}

/** A connection as Kysely takes it, whose questions do not take longer than they may: it is destroyed then. */
interface PatientConnection {
  query(text: string, values: readonly unknown[], callback: (failure: unknown, result?: unknown) => void): void;
  ask(text: string, values: readonly unknown[]): Promise<unknown>;
  release(): void;
  destroy(): void;
  onLost(listener: () => void): void;
  readonly threadId: number | undefined;
}

async function patientConnection(pool: CallbackPool, patience: Patience): Promise<PatientConnection> {
  let late = false;
  const connecting = new Promise<RawConnection>((resolve, reject) => {
    pool.getConnection((failure, connection) => {
      if (!connection) reject(failure);
      // One that comes too late is of no use to anybody.
      else if (late) connection.destroy();
      else resolve(connection);
    });
  });
  const raw = await within(connecting, patience, () => {
    late = true;
  });
  const asking = new Set<(failure: unknown) => void>();
  let ended = false;
  /** Nobody else is to have it from the pool. */
  let lost = false;
  /** mysql2 does not answer what it was asked before a connection was destroyed. */
  function destroy(): void {
    if (ended) return;
    ended = true;
    raw.destroy();
    const failure = Object.assign(new Error("The connection was closed"), { code: "PROTOCOL_CONNECTION_LOST" });
    for (const reject of asking) reject(failure);
  }
  function ask(text: string, values: readonly unknown[]): Promise<unknown> {
    const answer = new Promise((resolve, reject) => {
      asking.add(reject);
      raw.query(text, values, (failure, result) => {
        asking.delete(reject);
        if (failure) reject(failure);
        else resolve(result);
      });
    });
    return within(answer, patience, destroy);
  }
  return {
    ask,
    query(text, values, callback) {
      ask(text, values).then(
        (result) => callback(null, result),
        (failure: unknown) => {
          lost ||= mysqlKindOf(failure) === "lost";
          callback(failure);
        },
      );
    },
    release() {
      if (lost) destroy();
      if (ended) return;
      ended = true;
      raw.release();
    },
    destroy,
    onLost(listener) {
      raw.on("error", listener);
      raw.on("end", listener);
    },
    threadId: raw.threadId,
  };
}

function connectionOn(connection: PatientConnection): MysqlConnection {
  let lost = false;
  /** It does not go back to its pool: its settings are not those that others expect, and it may be in a transaction. */
  function lose(): void {
    lost = true;
    connection.destroy();
  }
  // Not destroyed then: what it was asked is still to be answered.
  connection.onLost(() => {
    lost = true;
  });
  /** All transactions of this connection, made when there is one. */
  let transactions: Kysely<JournalDatabase> | undefined;
  const query: PatientConnection["query"] = (text, values, callback) =>
    connection.query(text, values, (failure, result) => {
      if (failure && mysqlKindOf(failure) === "lost") lose();
      callback(failure, result);
    });
  const getConnection = (callback: (failure: unknown, own: object) => void) =>
    callback(undefined, { query, release() {}, destroy() {}, threadId: connection.threadId });
  const made: MysqlConnection = {
    get lost() {
      return lost;
    },
    transaction(work) {
      transactions ??= new Kysely({ dialect: new MysqlDialect({ pool: { getConnection, end() {} } as never }) });
      return transactions
        .transaction()
        .setIsolationLevel("read committed")
        .execute((trx) => work(made, trx));
    },
    async run(text, values = []) {
      try {
        const rows = await connection.ask(text, values.map(mysqlParameter));
        return Array.isArray(rows) ? (rows as SqlRow[]) : [];
      } catch (failure) {
        if (mysqlKindOf(failure) === "lost") lose();
        throw failure;
      }
    },
    close: async () => lose(),
  };
  return made;
}
