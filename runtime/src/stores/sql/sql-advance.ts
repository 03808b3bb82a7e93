import type { Kysely } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import { textOf } from "../../error/text-of.ts";
import type { ProjectionStore } from "../../journal/projection-store.ts";
import { prepareRows } from "../../tables/writer.ts";
import type { JournalDatabase } from "./schema.ts";
import { deleteLetter } from "./sql-dead-letters.ts";
import type { FailureKind } from "./sql-journal.ts";
import { type Attempt, declined, ofStore, type Projecting, projectingIn } from "./sql-projecting.ts";
import { inTransaction } from "./sql-projection-facts.ts";

/** What the transactions of projections need of their store. */
export interface SqlAdvanceOptions {
  /** The journal's tables, in their schema. */
  readonly db: Kysely<JournalDatabase>;
  kindOf(failure: unknown): FailureKind | undefined;
  /** A failure of the driver as an error that says what to do. */
  failureOf(cause: unknown): EgoError;
}

/** How often a transaction goes again whose locks others were in the way of. */
const maxConflicts = 10;

/** The transactions in which events are projected. */
export function openSqlAdvance(options: SqlAdvanceOptions): Pick<ProjectionStore, "advance" | "unbury"> {
  const { db, kindOf } = options;
  const projectIn = projectingIn(db, kindOf);

  async function project(projecting: Projecting): Promise<boolean> {
    await prepareRows(db);
    for (let conflicts = 0; ; conflicts++) {
      const attempt: Attempt = { working: false };
      try {
        await inTransaction(db, (trx) => projectIn(trx, projecting, attempt));
        return true;
      } catch (failure) {
        if (failure === declined) return false;
        if (attempt.ended) {
          const { failure: statement } = attempt.ended;
          throw kindOf(statement) === "lost" ? ofStore(options.failureOf(statement)) : toDoAgain(statement);
        }
        if (attempt.thrown && attempt.thrown.failure === failure) throw failure;
        if (kindOf(failure) !== "contended") throw options.failureOf(failure);
        if (attempt.working || conflicts >= maxConflicts) throw toDoAgain(failure);
      }
    }
  }

  return {
    async advance(of, moves, work) {
      if (moves.length === 0) throw new EgoError("invalid_argument", "An advance moves at least one offset.");
      const ordered = moves.toSorted((a, b) => a.shard - b.shard);
      return project({
        of,
        shards: ordered.map(({ shard }) => shard),
        plan: async (_, positions) =>
          ordered.every(({ shard, from }) => positions.get(shard) === from)
            ? ordered.map(({ shard, to }) => ({ shard, position: to }))
            : undefined,
        work,
      });
    },
    // With the lock of its shard: it is not projected beside what is new, nor into a table that changes its name.
    unbury: (of, letter, work) =>
      project({
        of,
        shards: [letter.shard],
        plan: async (trx, positions) =>
          (await deleteLetter(trx, of, letter))
            ? [...positions].map(([shard, position]) => ({ shard, position }))
            : undefined,
        work,
      }),
  };
}

function toDoAgain(cause: unknown): EgoError {
  return new EgoError(
    "unavailable",
    `Another transaction was in the way (${textOf(cause)}). Nothing of this one was kept: it has to be done again.`,
    { cause },
  );
}
