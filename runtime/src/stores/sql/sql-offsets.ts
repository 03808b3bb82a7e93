import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from "kysely";
import type { ShardPosition } from "../../journal/event-store.ts";
import type { ProjectionVersion } from "../../journal/projection-store.ts";
import type { JournalDatabase } from "./schema.ts";

/** Whether a row is of some shards, which are locked first, in their order. */
export function ofLockedShards(
  eb: ExpressionBuilder<JournalDatabase, "ego_offsets">,
  { name, version }: ProjectionVersion,
  shards: readonly number[],
): Expression<SqlBool> {
  const locked = eb
    .selectFrom("ego_offsets as o")
    .select("o.shard")
    .where("o.projection", "=", name)
    .where("o.version", "=", version)
    .where("o.shard", "in", shards)
    .orderBy("o.shard")
    .forNoKeyUpdate();
  // As an array it is locked once: behind "in" Postgres joins, and locks all of them for each row that it looks at.
  return sql<SqlBool>`${eb.ref("shard")} = any(array(${locked}))`;
}

/**
 * Moves the offsets of a version, in one statement, and takes the fence away.
 *
 * @param fence if given, those alone that have it
 * @returns how many were moved
 */
export async function moveOffsets(
  trx: Kysely<JournalDatabase>,
  { name, version }: ProjectionVersion,
  offsets: readonly ShardPosition[],
  fence?: string,
): Promise<number> {
  // In the text: what a parameter is, behind `then`, each database guesses in its own way.
  const cases = offsets.map(({ shard, position }) => sql`when ${sql.lit(shard)} then ${sql.lit(position)}`);
  const moved = trx
    .updateTable("ego_offsets")
    .set({ position: sql<number>`case shard ${sql.join(cases, sql` `)} end`, fence: null })
    .where("projection", "=", name)
    .where("version", "=", version)
    .where(
      "shard",
      "in",
      offsets.map(({ shard }) => shard),
    );
  const { numUpdatedRows } = await (fence === undefined
    ? moved
    : moved.where("fence", "=", fence)
  ).executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}
