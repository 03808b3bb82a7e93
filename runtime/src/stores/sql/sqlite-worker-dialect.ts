import {
  type CompiledQuery,
  createQueryId,
  DefaultConnectionProvider,
  type Dialect,
  type Driver,
  IdentifierNode,
  Kysely,
  type QueryCompiler,
  RawNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { ManyAdapter } from "../../tables/row-batch.ts";
import { type PipeliningAdapter, PipeliningExecutor } from "./pipelining-executor.ts";
import type { JournalDatabase } from "./schema.ts";
import type { WorkerClient } from "./sqlite-client.ts";
import { WorkerConnection } from "./sqlite-worker-connection.ts";

/** Settings of a Kysely on a store's worker. */
export interface WorkerDatabaseOptions {
  /**
   * A transaction in which nothing is asked for this long, in milliseconds, is rolled back, since all that writes waits
   * for it; what is asked of it later fails. Not if not given.
   */
  readonly idleLimitMs?: number;
}

/**
 * A Kysely on the connection of a store's worker, beside the store. While a transaction of it is open, all that the store
 * writes waits; so do other transactions, and statements outside of one. Whoever waits for such a thing in a transaction
 * waits for himself.
 *
 * Statements of a transaction are sent as they are asked for, in that order, without waiting for those before: many that
 * are not awaited one by one travel together. Values are those of `sqliteDialect`. What a statement did wrong is thrown as
 * the driver throws it; a file that fails, or is locked by another process, is an `EgoError`.
 */
export function openWorkerDatabase(
  client: () => WorkerClient,
  options: WorkerDatabaseOptions = {},
): Kysely<JournalDatabase> {
  const driver = new WorkerDriver(client, options);
  const adapter = new WorkerAdapter();
  const compiler = new SqliteQueryCompiler();
  const dialect: Dialect = {
    createDriver: () => driver,
    createAdapter: () => adapter,
    createQueryCompiler: () => compiler,
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
  const executor = new PipeliningExecutor(compiler, adapter, new DefaultConnectionProvider(driver));
  return new Kysely<JournalDatabase>({ config: { dialect }, dialect, driver, executor });
}

class WorkerAdapter extends SqliteAdapter implements ManyAdapter, PipeliningAdapter {
  readonly runsMany = true;
  readonly pipelines = true;
}

/** Takes no turns itself: those of transactions, and of all else that writes, are the worker's. */
class WorkerDriver implements Driver {
  readonly #client: () => WorkerClient;
  readonly #idleLimitMs: number | undefined;

  constructor(client: () => WorkerClient, { idleLimitMs }: WorkerDatabaseOptions) {
    this.#client = client;
    this.#idleLimitMs = idleLimitMs;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<WorkerConnection> {
    return new WorkerConnection(this.#client, this.#idleLimitMs);
  }

  beginTransaction(connection: WorkerConnection): Promise<void> {
    return connection.begin();
  }

  commitTransaction(connection: WorkerConnection): Promise<void> {
    return connection.commit();
  }

  rollbackTransaction(connection: WorkerConnection): Promise<void> {
    return connection.rollback();
  }

  savepoint(connection: WorkerConnection, name: string, compile: Compile): Promise<void> {
    return connection.run(command("savepoint", name, compile));
  }

  rollbackToSavepoint(connection: WorkerConnection, name: string, compile: Compile): Promise<void> {
    return connection.run(command("rollback to", name, compile));
  }

  releaseSavepoint(connection: WorkerConnection, name: string, compile: Compile): Promise<void> {
    return connection.run(command("release", name, compile));
  }

  async releaseConnection(): Promise<void> {}

  /** The worker is the store's, which ends it. */
  async destroy(): Promise<void> {}
}

type Compile = QueryCompiler["compileQuery"];

function command(verb: string, savepoint: string, compile: Compile): CompiledQuery {
  const parts = [RawNode.createWithSql(`${verb} `), IdentifierNode.create(savepoint)];
  return compile(RawNode.createWithChildren(parts), createQueryId());
}
