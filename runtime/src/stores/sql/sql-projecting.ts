import { randomUUID } from "node:crypto";
import type { Kysely, Transaction } from "kysely";
import type { TableData } from "../../codegen/table.ts";
import { EgoError } from "../../error/ego-error.ts";
import { textOf } from "../../error/text-of.ts";
import type { ShardPosition } from "../../journal/event-store.ts";
import type { ProjectionRole, ProjectionTransaction, ProjectionVersion } from "../../journal/projection-store.ts";
import { rowWriter } from "../../tables/row-writer.ts";
import { versionedTable } from "../../tables/versioned-table.ts";
import type { JournalDatabase } from "./schema.ts";
import { buryLetter } from "./sql-dead-letters.ts";
import { type Failed, gatedTransaction } from "./sql-gate.ts";
import type { FailureKind } from "./sql-journal.ts";
import { moveOffsets, ofLockedShards } from "./sql-offsets.ts";
import { factsOf } from "./sql-projection-facts.ts";
import { storedRoleOf } from "./sql-projection-records.ts";
import { interrupted } from "./sql-versions.ts";

/** What is thrown to roll back where there is nothing to do. */
export const declined: Error = new Error("nothing to do");

type Transacting = Transaction<JournalDatabase>;

/** What is projected in a transaction. */
export interface Projecting {
  readonly of: ProjectionVersion;
  /** Those whose offsets it locks, ascending. */
  readonly shards: readonly number[];
  /** Where the offsets are to be then, looking at where they are; undefined if there is nothing to do. */
  plan(trx: Transacting, positions: ReadonlyMap<number, number>): Promise<readonly ShardPosition[] | undefined>;
  work(transaction: ProjectionTransaction): Promise<void>;
}

/** What becomes of a try. */
export interface Attempt {
  /** Whether the work was called: what others know of cannot go again by itself. */
  working: boolean;
  /** What is to be thrown as it is, if the database does not fail too. */
  thrown?: Failed;
  /** Why the database took everything back. */
  ended?: Failed | undefined;
}

/**
 * Projects in a transaction that is there: the offsets are locked, the work is done, the offsets move.
 *
 * @throws what `declined` is if there is nothing to do; else what failed, of which the attempt says what it was
 */
export type ProjectIn = (trx: Transacting, projecting: Projecting, attempt: Attempt) => Promise<void>;

/** Makes what projects in transactions of a database. */
export function projectingIn(
  db: Kysely<JournalDatabase>,
  kindOf: (failure: unknown) => FailureKind | undefined,
): ProjectIn {
  const { locksInOrder, abortsOnFailure, pipelines } = factsOf(db);
  // Only of statements: what a handler throws has no code either, as has the failure of a connection.
  const endsTransaction = (failure: unknown) => {
    const kind = kindOf(failure);
    return kind === "contended" || kind === "lost";
  };

  async function projectIn(trx: Transacting, { of, shards, plan, work }: Projecting, attempt: Attempt): Promise<void> {
    const fence = randomUUID();
    const fencing = fenceOff(trx, of, shards, fence);
    // In one message, where the driver keeps their order.
    if (!pipelines) await fencing;
    const [locked, { role, positions }] = await Promise.all([fencing, look(trx, of, shards)]);
    if (locked !== shards.length) throw declined;
    const moves = await plan(trx, positions);
    if (moves === undefined) throw declined;

    attempt.working = true;
    const gate = gatedTransaction(trx, { pipelines, endsTransaction });
    try {
      await work(transactionOf(gate.tx, of, role));
      await gate.close();
    } catch (failure) {
      attempt.thrown = { failure };
      await gate.abort();
    }
    // Also if the handler caught it: the database does not know of anything that was done before.
    attempt.ended = gate.ended;
    if (gate.ended) throw gate.ended.failure;
    if (attempt.thrown) throw attempt.thrown.failure;
    try {
      if ((await moveOffsets(trx, of, moves, fence)) === shards.length) return;
    } catch (failure) {
      if (!abortsOnFailure || !gate.failed) throw failure;
      attempt.thrown = { failure: passedOver(gate.failed.failure) };
      throw attempt.thrown.failure;
    }
    throw new EgoError(
      "unavailable",
      `The transaction of projection "${of.name}" was ended while its handler was at work: its events have to be done again.`,
    );
  }

  /** Locks offsets, and writes into them who has them. Answers how many there are. */
  async function fenceOff(
    trx: Transacting,
    of: ProjectionVersion,
    shards: readonly number[],
    fence: string,
  ): Promise<number> {
    const offsets = trx
      .updateTable("ego_offsets")
      .set({ fence })
      .where("projection", "=", of.name)
      .where("version", "=", of.version);
    const locking = locksInOrder
      ? offsets.where((eb) => ofLockedShards(eb, of, shards))
      : offsets.where("shard", "in", shards);
    const { numUpdatedRows } = await locking.executeTakeFirstOrThrow();
    return Number(numUpdatedRows);
  }

  return projectIn;
}

/** Where offsets are, and what the version is, now that both stay so. */
async function look(trx: Transacting, { name, version }: ProjectionVersion, shards: readonly number[]) {
  const rows = await trx
    .selectFrom("ego_offsets as o")
    .innerJoin("ego_projections as p", (join) =>
      join.onRef("p.name", "=", "o.projection").onRef("p.version", "=", "o.version"),
    )
    .select(["o.shard", "o.position", "p.role"])
    .where("o.projection", "=", name)
    .where("o.version", "=", version)
    .where("o.shard", "in", shards)
    .execute();
  const [first] = rows;
  if (first === undefined) throw declined;
  const role = storedRoleOf(first.role);
  if (role === "promoting" || role === "demoting") throw interrupted({ name, version });
  return { role, positions: new Map(rows.map(({ shard, position }) => [Number(shard), Number(position)])) };
}

function transactionOf(tx: Transacting, of: ProjectionVersion, role: ProjectionRole): ProjectionTransaction {
  const tableOf = (table: TableData) => (role === "live" ? table : versionedTable(table, of.version));
  return {
    tx,
    tableName: (table) => tableOf(table).name,
    rows: (table) => rowWriter(tx, tableOf(table)),
    bury: (letter) => buryLetter(tx, of, letter),
  };
}

/** The failure of a handler that went on where its database does not. */
function passedOver(cause: unknown): EgoError {
  return new EgoError(
    "handler_failed",
    `A statement of the handler failed (${textOf(cause)}), and Postgres does nothing more in its transaction, though the handler went on. Let the failure through, or have none: as by "on conflict".`,
    { cause },
  );
}

/** A failure of the store, which whatever a handler threw on account of it is not: also where it threw the very same. */
export function ofStore(failure: EgoError): EgoError {
  const { code, message, details } = failure;
  return new EgoError(code, message, { cause: failure, details });
}
