import type { Kysely } from "kysely";
import type { EgoError } from "../../error/ego-error.ts";
import type { ProjectionStore } from "../../journal/projection-store.ts";
import type { JournalDatabase } from "./schema.ts";
import { openSqlAdvance } from "./sql-advance.ts";
import { openSqlDeadLetters } from "./sql-dead-letters.ts";
import type { FailureKind } from "./sql-journal.ts";
import { openSqlLeases } from "./sql-leases.ts";
import { openSqlPromotion } from "./sql-promotion.ts";
import { openSqlVersions } from "./sql-versions.ts";

/** What projections need of their store. */
export interface SqlProjectionsOptions {
  /** The journal's tables, in their schema. */
  readonly db: Kysely<JournalDatabase>;
  /** For the transactions in which events are projected, as `SqlDriver.pipelined`; `db` if not given. */
  readonly pipelined?: Kysely<JournalDatabase>;
  /** How many transactions run side by side to any use. */
  readonly parallel: number;
  /** What a failure of the driver means. */
  kindOf(failure: unknown): FailureKind | undefined;
  /** A failure of the driver as an error that says what to do. Errors of ego go through. */
  failureOf(cause: unknown): EgoError;
}

/** How often goes again what another writer was in the way of. */
const maxConflicts = 10;

/**
 * Projections in a database with transactions, exactly once. What it throws is ready for the caller: failures of the
 * database are errors of ego, and what a handler threw is as it was.
 */
export function openSqlProjections(options: SqlProjectionsOptions): ProjectionStore {
  const { db, parallel, kindOf, failureOf } = options;

  async function guarded<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (failure) {
      throw failureOf(failure);
    }
  }

  async function again<T>(work: () => Promise<T>): Promise<T> {
    for (let conflicts = 0; ; conflicts++) {
      try {
        return await work();
      } catch (failure) {
        const kind = kindOf(failure);
        if ((kind !== "conflict" && kind !== "contended") || conflicts >= maxConflicts) throw failure;
      }
    }
  }

  const versions = openSqlVersions({ db, again });
  const promotion = openSqlPromotion({ db, kindOf, again });
  const letters = openSqlDeadLetters(db);
  const leases = openSqlLeases(db);
  return {
    exactlyOnce: true,
    parallel,
    add: (record, offsets, table) => guarded(versions.add(record, offsets, table)),
    list: () => guarded(versions.list()),
    offsets: (of) => guarded(versions.offsets(of)),
    change: (of, change) => guarded(versions.change(of, change)),
    remove: (of, table) => guarded(versions.remove(of, table)),
    reset: (of, offsets, table, at) => guarded(versions.reset(of, offsets, table, at)),
    promote: (to, table) => guarded(promotion.promote(to, table)),
    // These tell failures of a handler from those of the database.
    ...openSqlAdvance({ db: options.pipelined ?? db, kindOf, failureOf }),
    deadLetters: (of, limit, after) => guarded(letters.deadLetters(of, limit, after)),
    countDeadLetters: (of) => guarded(letters.countDeadLetters(of)),
    heartbeat: (node, now, expiresAt, handles) => guarded(leases.heartbeat(node, now, expiresAt, handles)),
    view: (now) => guarded(leases.view(now)),
    storedOffsets: () => guarded(versions.storedOffsets()),
    take: (part, from) => guarded(leases.take(part, from)),
    release: (node, parts) => guarded(leases.release(node, parts)),
  };
}
