import type { Kysely, Transaction } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import type { AppendResult } from "../../journal/event-store.ts";
import type { ProjectionStore } from "../../journal/projection-store.ts";
import { packAppends, unpackAppendResults } from "./packing.ts";
import type { JournalDatabase } from "./schema.ts";
import { InlineFailure, projectingInline, storedOf } from "./sql-inline.ts";
import type { FailureKind } from "./sql-journal.ts";
import { ofStore } from "./sql-projecting.ts";
import { WorkerConnection } from "./sqlite-worker-connection.ts";

/** What inline projections need of a store in a file. */
export interface SqliteInlineOptions {
  /** A Kysely on the worker of the store. */
  readonly db: Kysely<JournalDatabase>;
  /** What a failure of a statement means. */
  kindOf(failure: unknown): FailureKind | undefined;
  /** A failure of SQLite as an error that says what to do. */
  failureOf(cause: unknown): EgoError;
  /** Throws for a shard that is none. */
  checkShard(shard: number): void;
}

/** What is thrown to roll back where nothing was stored. */
const nothing = new Error("nothing was stored");

/** Appends whose transaction the main thread has, so that handlers get it. */
export function sqliteInline({
  db,
  kindOf,
  failureOf,
  checkShard,
}: SqliteInlineOptions): NonNullable<ProjectionStore["append"]> {
  return async (batch, inline) => {
    for (const { shard } of batch) checkShard(shard);
    const packed = packAppends(batch);
    let results: readonly AppendResult[] = [];
    try {
      const tries = await projectingInline(db, kindOf, inline);
      const done = db.transaction().execute(async (trx) => {
        results = unpackAppendResults(await connectionOf(trx, (connection) => connection.append(packed)));
        const stored = storedOf(batch, results);
        if (stored.length === 0) throw nothing;
        await tries.project(trx, stored);
      });
      await done.catch((failure: unknown) => {
        if (failure !== nothing) throw failure;
      });
      return tries.appended(results);
    } catch (failure) {
      throw failure instanceof InlineFailure ? failure.cause : ofStore(failureOf(failure));
    }
  };
}

function connectionOf<Result>(
  trx: Transaction<JournalDatabase>,
  use: (connection: WorkerConnection) => Promise<Result>,
): Promise<Result> {
  return trx.getExecutor().provideConnection((connection) => {
    if (connection instanceof WorkerConnection) return use(connection);
    throw new EgoError("internal", "The transaction is not one of the worker's.");
  });
}
