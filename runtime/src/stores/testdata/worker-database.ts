import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import type { ControlledTransaction, Kysely } from "kysely";
import { afterAll } from "vitest";
import type { Append, AppendResult } from "../../journal/event-store.ts";
import { packAppends, unpackAppendResults, unpackEvents } from "../sql/packing.ts";
import { type WorkerClient, workerClient } from "../sql/sqlite-client.ts";
import { loadSqlite, type SqliteDatabase, type SqliteDriverName } from "../sql/sqlite-database.ts";
import type { WorkerReply, WorkerRequest, WorkerTable } from "../sql/sqlite-protocol.ts";
import { takeWorker } from "../sql/sqlite-threads.ts";
import { openWorkerDatabase, type WorkerDatabaseOptions } from "../sql/sqlite-worker-dialect.ts";
import { temporaryFolder } from "./appends.ts";

/** A table that a handler fills. */
export interface Goods {
  readonly goods: { readonly id: string; readonly n: number | bigint | null; readonly data: Uint8Array | null };
}

export type Place = "a file" | ":memory:";

/** Every driver, on a file and in memory. */
export const places: readonly (readonly [SqliteDriverName, Place])[] = [
  ["node:sqlite", "a file"],
  ["node:sqlite", ":memory:"],
  ["better-sqlite3", "a file"],
  ["better-sqlite3", ":memory:"],
];

/**
 * One setup for the tests of a suite, since to start a thread takes its time. Each begins with an empty table, and the id
 * of an entity of its own.
 */
export function shared(driver: SqliteDriverName, place: Place): () => Promise<{ setup: Setup; x: string }> {
  let setup: Setup | undefined;
  let tests = 0;
  afterAll(async () => setup?.[Symbol.asyncDispose]());
  return async () => {
    if (setup === undefined) setup = await Setup.open(driver, place);
    else await setup.clear();
    return { setup, x: `x-${tests++}` };
  };
}

/** What a setup has beside the usual. */
export interface SetupOptions extends WorkerDatabaseOptions {
  readonly tables?: readonly WorkerTable[];
  /** The file, if it is there already. */
  readonly filename?: string;
}

/** A worker with a table of goods, a Kysely on it, and what a store does on it. */
export class Setup implements AsyncDisposable {
  readonly #folder = temporaryFolder();
  readonly filename: string;
  readonly driver: SqliteDriverName;
  readonly client: WorkerClient;
  readonly db: Kysely<Goods>;
  /** The threads that were started. */
  readonly workers: Worker[] = [];
  /** The messages that they were sent. */
  readonly sent: (readonly WorkerRequest[])[] = [];
  /** The requests that they answered, in the order of the answers. */
  readonly answered: WorkerRequest[] = [];

  readonly #notice = (worker: Worker): void => {
    this.workers.push(worker);
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (...message: Parameters<Worker["postMessage"]>) => {
      this.sent.push(message[0]);
      post(...message);
    };
    worker.on("message", (replies: readonly WorkerReply[]) => {
      const requests = new Map(this.sent.flat().map((request) => [request.id, request]));
      for (const { id } of replies)
        this.answered.push(...[requests.get(id)].filter((request) => request !== undefined));
    });
  };

  private constructor(driver: SqliteDriverName, place: Place, { tables = [], filename, ...options }: SetupOptions) {
    this.driver = driver;
    this.filename = filename ?? (place === ":memory:" ? place : join(this.#folder.path, "a.db"));
    const settings = { driver, filename: this.filename, synchronous: "NORMAL", busyTimeoutMs: 30 } as const;
    this.client = workerClient({ ...settings, readOnly: false, names: ["account"], tables });
    this.db = openWorkerDatabase(() => this.client, options) as unknown as Kysely<Goods>;
  }

  static async open(driver: SqliteDriverName, place: Place, options: SetupOptions = {}): Promise<Setup> {
    const setup = new Setup(driver, place, options);
    // One that another store left would not be noticed.
    await takeWorker().terminate();
    process.on("worker", setup.#notice);
    await setup.client.open();
    await setup.clear();
    return setup;
  }

  /** Begins with an empty table again. */
  async clear(): Promise<void> {
    await this.db.schema
      .dropTable("parts" as never)
      .ifExists()
      .execute();
    await this.db.schema.dropTable("goods").ifExists().execute();
    await this.db.schema
      .createTable("goods")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("n", "integer")
      .addColumn("data", "blob")
      .execute();
  }

  async append(...batch: readonly Append[]): Promise<readonly AppendResult[]> {
    const packed = packAppends(batch);
    return unpackAppendResults(await this.client.ask("append", packed, [packed.numbers.buffer, packed.bytes.buffer]));
  }

  /** The revisions that are stored of an entity, in order. */
  async revisions(entityId: string): Promise<readonly number[]> {
    const range = { entityType: "account", entityId, from: 1, to: Number.MAX_SAFE_INTEGER, limit: -1 };
    return unpackEvents(await this.client.ask("load", range)).map(({ revision }) => revision);
  }

  /** The ids of all goods, in order. */
  async ids(db: Kysely<Goods> = this.db): Promise<readonly string[]> {
    return (await db.selectFrom("goods").select("id").orderBy("id").execute()).map(({ id }) => id);
  }

  /** A transaction that is open until it is told what to do. */
  async session(): Promise<Session> {
    const tx = await this.db.startTransaction().execute();
    const [begin] = this.sent.flatMap((requests) => requests.filter(({ kind }) => kind === "begin")).slice(-1);
    const end = { commit: () => tx.commit().execute(), rollback: () => tx.rollback().execute() };
    return { tx, number: begin?.kind === "begin" ? begin.body : Number.NaN, ...end };
  }

  /** A connection beside that of the worker, by the same copy of SQLite. */
  async beside(): Promise<SqliteDatabase & Disposable> {
    const database = (await loadSqlite(this.driver))(this.filename, { timeoutMs: 0 });
    return Object.assign(database, { [Symbol.dispose]: () => database.close() });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off("worker", this.#notice);
    await this.client.close();
    this.#folder[Symbol.dispose]();
  }
}

/** An open transaction. */
export interface Session {
  readonly tx: ControlledTransaction<Goods>;
  /** The worker's number of it. */
  readonly number: number;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

export function insert(db: Kysely<Goods>, id: string, n: number | null = null): Promise<unknown> {
  return db.insertInto("goods").values({ id, n, data: null }).execute();
}
