import { Kysely, PostgresDialect } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import { encodeArray, PostgresArray } from "./postgres-array.ts";
import type { PostgresConnection, PostgresDriver, PostgresStatement, PostgresValue } from "./postgres-driver.ts";
import { isConnectionLost } from "./postgres-failure.ts";
import { pipeliningPostgres } from "./postgres-pipelining.ts";
import { postgresSignals } from "./postgres-signals.ts";
import type { JournalDatabase } from "./schema.ts";
import type { SqlRow } from "./sql-driver.ts";
import { type Patience, within } from "./sql-patience.ts";

/** As much of a `Pool` of `pg` as the store needs. */
export interface PgPool {
  connect(): Promise<PgClient>;
  end(): Promise<void>;
  /** Whether its clients send what they are asked before what they were asked before is answered. */
  readonly options?: { readonly pipeline?: boolean | undefined };
  /** Told of each client that has just connected. */
  on?(event: "connect", listener: (client: PgClient) => void): unknown;
  off?(event: "connect", listener: (client: PgClient) => void): unknown;
}

/** As much of a client of `pg` as the store needs. */
export interface PgClient {
  // biome-ignore lint/suspicious/noExplicitAny: what pg and Kysely both have here
  query(...parameters: any[]): Promise<any>;
  release(destroy?: boolean): void;
  on(event: "error" | "end", listener: (failure?: Error) => void): unknown;
}

/** Talks to Postgres by `pg`: arrays go in binary form, statements are prepared by name. What hangs is broken off. */
export function pgDriver(pool: PgPool, ownsPool: boolean, patience: Patience): PostgresDriver {
  const connect = () => patientClient(pool, patience);
  // As soon as it is there: the server may end it before whoever asked for it has it, or when nobody waits any more.
  pool.on?.("connect", hear);
  const dialectOn = (take: () => Promise<PgClient>) =>
    new PostgresDialect({ pool: { connect: take, end: async () => undefined } as never });
  const db = new Kysely<JournalDatabase>({ dialect: dialectOn(async () => leaving(await connect())) });
  const pipelined = pool.options?.pipeline
    ? pipeliningPostgres(dialectOn(async () => beginningAtOnce(leaving(await connect()))))
    : undefined;
  return {
    db,
    ...(pipelined && { pipelined }),
    connect: async () => pgConnection(await connect(), pool.options?.pipeline ?? false),
    signals: (schema, self, timing) => postgresSignals(pool, schema, self, timing),
    async close() {
      await db.destroy();
      await pipelined?.destroy();
      pool.off?.("connect", hear);
      if (ownsPool) await pool.end();
    },
  };
}

/** Makes a pool of `pg`, which is loaded only now. */
export async function createPgPool(connectionString: string): Promise<PgPool> {
  let pg: typeof import("pg");
  try {
    pg = await import("pg");
  } catch (cause) {
    throw new EgoError("unsupported", 'A Postgres store needs the package "pg": npm install pg', { cause });
  }
  const pool = new pg.default.Pool({ connectionString, pipeline: true });
  // An idle connection that breaks is replaced; without a listener it would end the process.
  pool.on("error", () => undefined);
  return pool;
}

/** Clients whose errors are listened to: a pool gives the same ones again and again. */
const heard = new WeakSet<PgClient>();

/**
 * Listens to the errors of a client. The server may end a connection between two statements of a transaction: the next
 * one says so, and without a listener the event would end the process.
 */
function hear(client: PgClient): void {
  if (heard.has(client)) return;
  heard.add(client);
  client.on("error", () => undefined);
}

/** A client of the pool whose questions do not take longer than they may: it is ended then. */
async function patientClient(pool: PgPool, patience: Patience): Promise<PgClient> {
  let late = false;
  const connecting = pool.connect();
  // One that comes too late is of no use to anybody.
  connecting.then(
    (client) => late && client.release(true),
    () => undefined,
  );
  const client = await within(connecting, patience, () => {
    late = true;
  });
  hear(client);
  let released = false;
  function release(destroy?: boolean): void {
    if (released) return;
    released = true;
    client.release(destroy);
  }
  let before: Promise<unknown> = Promise.resolve();
  return {
    query(...question: unknown[]) {
      const asked: Promise<unknown> = client.query(...question);
      // It is waited for behind those before it: the time that these take is not its own.
      asked.catch(nothing);
      const answered = before.then(() => within(asked, patience, () => release(true)));
      before = answered.catch(nothing);
      return answered;
    },
    release,
    on: (event, listener) => client.on(event, listener),
  };
}

/** A client that its pool ends when it comes back, if its server was lost: nobody else is to have it. */
function leaving(client: PgClient): PgClient {
  let lost = false;
  return {
    async query(...question: unknown[]) {
      try {
        return await client.query(...question);
      } catch (failure) {
        lost ||= isConnectionLost(failure);
        throw failure;
      }
    },
    release: (destroy) => client.release(destroy || lost),
    on: (event, listener) => client.on(event, listener),
  };
}

/**
 * A client whose transactions begin without a wait: what is asked first is sent at once, but answered only when it is known
 * that there is a transaction.
 */
function beginningAtOnce(client: PgClient): PgClient {
  let begun: Promise<unknown> = Promise.resolve();
  return {
    async query(...question: unknown[]) {
      const asked: Promise<unknown> = client.query(...question);
      asked.catch(nothing);
      if (isBegin(question[0])) {
        begun = asked;
        return { command: "START", rowCount: null, rows: [] };
      }
      await begun;
      return asked;
    },
    release: (destroy) => client.release(destroy),
    on: (event, listener) => client.on(event, listener),
  };
}

/** As Kysely says it. */
function isBegin(text: unknown): boolean {
  return typeof text === "string" && (text === "begin" || text.startsWith("start transaction"));
}

function nothing(): void {}

function pgConnection(client: PgClient, pipelines: boolean): PostgresConnection {
  let lost = false;
  // pg is to be asked one thing at a time.
  let last: Promise<unknown> = Promise.resolve();
  let underWay = 0;
  /** Gives the client back to its pool, which ends it: nobody else is to have a connection that is not in order. */
  function lose(): void {
    if (lost) return;
    lost = true;
    client.release(true);
  }
  client.on("error", lose);
  client.on("end", lose);

  /** All transactions of this connection, made when there is one. */
  let transactions: Kysely<JournalDatabase> | undefined;
  const own = {
    async query(...question: unknown[]) {
      try {
        return await client.query(...question);
      } catch (failure) {
        if (isConnectionLost(failure)) lose();
        throw failure;
      }
    },
    release() {},
  };

  async function ask({ name, text }: PostgresStatement, values: readonly PostgresValue[]): Promise<PgRows> {
    try {
      return await client.query({ name, text, values: values.map(parameter) });
    } catch (failure) {
      if (isConnectionLost(failure)) lose();
      throw failure;
    } finally {
      underWay--;
    }
  }

  const connection: PostgresConnection = {
    get lost() {
      return lost;
    },
    transaction(work) {
      if (!transactions) {
        const dialect = new PostgresDialect({
          pool: { connect: async () => own, end: async () => undefined } as never,
        });
        transactions = pipelines ? pipeliningPostgres(dialect) : new Kysely({ dialect });
      }
      return transactions
        .transaction()
        .setIsolationLevel("read committed")
        .execute((trx) => work(connection, trx));
    },
    run(statement, values) {
      // At once, where nothing is before it: until then the server has nothing to do.
      const result = underWay++ === 0 ? ask(statement, values) : last.then(() => ask(statement, values));
      last = result.catch(() => undefined);
      return result.then(({ rows }) => rows);
    },
    close: async () => lose(),
  };
  return connection;
}

interface PgRows {
  readonly rows: readonly SqlRow[];
}

function parameter(value: PostgresValue): unknown {
  if (value instanceof PostgresArray) return encodeArray(value);
  // pg sends Buffers in binary form, and other views as hexadecimal text.
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return value;
}
