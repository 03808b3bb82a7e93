import { type Kysely, type RawBuilder, sql } from "kysely";
import { shardOf } from "../../../journal/hash.ts";
import type { JournalDatabase } from "../schema.ts";
import { plainText } from "../sql-values.ts";

/** Versions of one statement: SQLite takes 500 parts of a union at most. */
const pageSize = 250;

/**
 * Gives the latest version of each durable state a place, where it has none: one that was cut off goes on where it was.
 * What was superseded needs none, since nobody will ask for it. In which order they come says nothing: it is not known any
 * more in which they were stored.
 *
 * @param update the statement that takes `shard` and `position` of `ego_receipts` from the rows of a query, which has
 * those columns beside `entity_id`, `entity_type` and `revision`
 * @returns how many shards the journal has
 */
export async function placeVersions(
  db: Kysely<JournalDatabase>,
  update: (places: RawBuilder<unknown>) => RawBuilder<unknown>,
): Promise<number> {
  const meta = await db.selectFrom("ego_meta").select("value").where("name", "=", "shards").executeTakeFirstOrThrow();
  const shardCount = Number(meta.value);
  const types = await db.selectFrom("ego_types").select(["id", "name"]).execute();
  const names = new Map(types.map(({ id, name }) => [Number(id), plainText(name)]));
  const lastPositions = await lastPositionsOf(db);
  for (let page = await versionsBehind(db); page.length > 0; page = await versionsBehind(db, page.at(-1))) {
    const rows = page.map(({ entity_id, entity_type, revision }) => {
      const shard = shardOf(names.get(Number(entity_type)) ?? "", plainText(entity_id), shardCount);
      const position = (lastPositions.get(shard) ?? 0) + 1;
      lastPositions.set(shard, position);
      const numbers = [entity_type, revision, shard, position].map((number) => sql.lit(Number(number)));
      const [type, version, ...place] = numbers;
      return sql`select ${entity_id} as entity_id, ${type} as entity_type, ${version} as revision, ${place[0]} as shard, ${place[1]} as position`;
    });
    await update(sql.join(rows, sql` union all `)).execute(db);
  }
  return shardCount;
}

async function lastPositionsOf(db: Kysely<JournalDatabase>): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom("ego_receipts")
    .select(["shard", (eb) => eb.fn.max("position").as("position")])
    .where("position", "is not", null)
    .groupBy("shard")
    .execute();
  return new Map(rows.map(({ shard, position }) => [Number(shard), Number(position)]));
}

type LatestVersion = Pick<JournalDatabase["ego_receipts"], "entity_id" | "entity_type" | "revision">;

/** The latest versions that have no place, behind an entity in the order of the primary key. */
async function versionsBehind(db: Kysely<JournalDatabase>, last?: LatestVersion): Promise<readonly LatestVersion[]> {
  const latest = db
    .selectFrom("ego_receipts")
    .select(["entity_id", "entity_type", (eb) => eb.fn.max("revision").as("revision")])
    .groupBy(["entity_id", "entity_type"])
    .having(sql<boolean>`max(revision) > coalesce(max(case when position is not null then revision end), 0)`)
    .orderBy("entity_id")
    .orderBy("entity_type")
    .limit(pageSize);
  if (!last) return latest.execute();
  return latest
    .where("entity_id", ">=", last.entity_id)
    .where((eb) => eb.or([eb("entity_id", ">", last.entity_id), eb("entity_type", ">", last.entity_type)]))
    .execute();
}
