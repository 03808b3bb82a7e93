import type { Kysely, RawBuilder, Transaction } from "kysely";
import type { ProjectionVersion } from "../../journal/projection-store.ts";
import { dialectOf } from "../../tables/dialects/dialect-of.ts";
import type { JournalDatabase } from "./schema.ts";

/** What projections have to know of a kind of database. */
export interface SqlProjectionFacts {
  /** Whether rows are locked: where there is one writer, its transaction is the lock. */
  readonly locks: boolean;
  /** Whether an `update` can lock its rows in an order. */
  readonly locksInOrder: boolean;
  /** Whether statements that change tables are part of a transaction. */
  readonly atomic: boolean;
  /** Whether a statement that failed leaves nothing to do but to roll back. */
  readonly abortsOnFailure: boolean;
  /** Whether the driver takes statements before those before are answered, and keeps their order. */
  readonly pipelines: boolean;
}

const facts: Readonly<Record<"sqlite" | "postgres" | "mysql", Omit<SqlProjectionFacts, "pipelines">>> = {
  sqlite: { locks: false, locksInOrder: false, atomic: true, abortsOnFailure: false },
  postgres: { locks: true, locksInOrder: true, atomic: true, abortsOnFailure: true },
  mysql: { locks: true, locksInOrder: false, atomic: false, abortsOnFailure: false },
};

/** The facts of the database that a Kysely talks to. */
export function factsOf(db: Kysely<JournalDatabase>): SqlProjectionFacts {
  return { ...facts[dialectOf(db).family], pipelines: "pipelines" in db.getExecutor().adapter };
}

/**
 * Runs a transaction whose statements each see what was committed before them: what another one changed while this one
 * waited for its locks, too.
 */
export function inTransaction<T>(
  db: Kysely<JournalDatabase>,
  work: (trx: Transaction<JournalDatabase>) => Promise<T>,
): Promise<T> {
  const transaction = db.transaction();
  return (factsOf(db).locks ? transaction.setIsolationLevel("read committed") : transaction).execute(work);
}

/**
 * Locks the offsets of versions until the end of the transaction, which waits for the transactions of projections that
 * are under way.
 *
 * @param version all of the projection if not given
 */
export async function lockOffsets(
  trx: Transaction<JournalDatabase>,
  { name, version }: Omit<ProjectionVersion, "version"> & { readonly version?: number },
): Promise<void> {
  if (!factsOf(trx).locks) return;
  const all = trx.selectFrom("ego_offsets").select("shard").where("projection", "=", name);
  const some = version === undefined ? all : all.where("version", "=", version);
  await some.orderBy("version").orderBy("shard").forUpdate().execute();
}

/** A text that every database takes. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}

/** What follows `insert … values …` so that a row with that key gets the other values. */
export function orReplace(
  db: Kysely<JournalDatabase>,
  key: readonly string[],
  others: readonly string[],
): RawBuilder<unknown> {
  const { overwrite, inserted } = dialectOf(db);
  return overwrite(
    key,
    others.map((column) => ({ column, value: inserted(column) })),
  );
}
