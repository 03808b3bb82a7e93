import { type Kysely, sql, type Transaction } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import { dialectOf } from "../../tables/dialects/dialect-of.ts";
import type { JournalDatabase } from "./schema.ts";

/** The shards of durable states in a database with row locks. Their lock rows are behind those of the shards of events. */
export interface SqlStateShards {
  /**
   * Locks shards, which are ascending: all who save lock in one order, so they queue. The locks are held through the
   * commit, so that the order of positions is the order of commits.
   *
   * @throws EgoError `data_loss` if one has no lock row
   */
  lock(transaction: Transaction<JournalDatabase>, shards: readonly number[]): Promise<void>;
  /**
   * The last positions of shards; 0 for those without versions.
   *
   * @throws EgoError `data_loss` if one has no lock row
   */
  lastPositions(db: Kysely<JournalDatabase>, shards: readonly number[]): Promise<ReadonlyMap<number, number>>;
  /** The shards without a lock row, ascending. */
  missingLocks(db: Kysely<JournalDatabase>): Promise<readonly number[]>;
}

/** The shards of a journal with so many. */
export function sqlStateShards(shardCount: number): SqlStateShards {
  function complete(found: number, shards: readonly number[]): void {
    if (found === shards.length) return;
    throw new EgoError(
      "data_loss",
      `The journal has ${found} of ${shards.length} shards of durable states. A shard without its lock row takes none: two writers would number them alike. Restore a backup.`,
    );
  }

  return {
    async lock(transaction, shards) {
      const numbers = shards.map((shard) => shardCount + shard);
      if (dialectOf(transaction).family === "mysql") {
        // Without the hint it may go through all rows, and wait for appends of events.
        const list = sql.join(numbers.map((number) => sql.lit(number)));
        const { rows } =
          await sql`select shard from ego_shards force index (primary) where shard in (${list}) order by shard for update`.execute(
            transaction,
          );
        return complete(rows.length, shards);
      }
      const locked = transaction.selectFrom("ego_shards").select("shard").where("shard", "in", numbers);
      complete((await locked.orderBy("shard").forNoKeyUpdate().execute()).length, shards);
    },

    async lastPositions(db, shards) {
      // As a subquery of each, it is the last entry of the index.
      const rows = await db
        .selectFrom("ego_shards as s")
        .select("s.shard")
        .select((eb) =>
          eb
            .selectFrom("ego_receipts as r")
            .select("r.position")
            .where("r.shard", "=", eb("s.shard", "-", sql.lit(shardCount)))
            .orderBy("r.position", "desc")
            .limit(1)
            .as("position"),
        )
        .where(
          "s.shard",
          "in",
          shards.map((shard) => shardCount + shard),
        )
        .execute();
      complete(rows.length, shards);
      return new Map(rows.map(({ shard, position }) => [Number(shard) - shardCount, Number(position ?? 0)]));
    },

    async missingLocks(db) {
      const rows = await db.selectFrom("ego_shards").select("shard").where("shard", ">=", shardCount).execute();
      const there = new Set(rows.map(({ shard }) => Number(shard) - shardCount));
      return Array.from({ length: shardCount }, (_, shard) => shard).filter((shard) => !there.has(shard));
    },
  };
}
