import type { Kysely } from "kysely";
import type { ShardPosition } from "../../journal/event-store.ts";
import type { DeadLetter, ProjectionStore, ProjectionVersion } from "../../journal/projection-store.ts";
import type { JournalDatabase } from "./schema.ts";
import { orReplace, storableText } from "./sql-projection-facts.ts";
import { plainText } from "./sql-values.ts";

/** Dead letters, as they are read. */
export function openSqlDeadLetters(
  db: Kysely<JournalDatabase>,
): Pick<ProjectionStore, "deadLetters" | "countDeadLetters"> {
  const lettersOf = ({ name, version }: ProjectionVersion) =>
    db.selectFrom("ego_dead_letters").where("projection", "=", name).where("version", "=", version);
  return {
    async deadLetters(of, limit, after) {
      const all = lettersOf(of);
      const some = after
        ? all.where((eb) =>
            eb.or([
              eb("shard", ">", after.shard),
              eb.and([eb("shard", "=", after.shard), eb("position", ">", after.position)]),
            ]),
          )
        : all;
      const rows = await some.selectAll().orderBy("shard").orderBy("position").limit(Math.max(limit, 0)).execute();
      return rows.map((row) => ({
        shard: Number(row.shard),
        position: Number(row.position),
        entityType: plainText(row.entity_type),
        entityId: plainText(row.entity_id),
        revision: Number(row.revision),
        eventType: plainText(row.event_type),
        failure: plainText(row.failure),
        attempts: Number(row.attempts),
        failedAt: Number(row.failed_at),
      }));
    },
    async countDeadLetters(of) {
      const { count } = await lettersOf(of)
        .select((eb) => eb.fn.countAll().as("count"))
        .executeTakeFirstOrThrow();
      return Number(count);
    },
  };
}

/** Keeps a letter, in the place of one of the same position. */
export async function buryLetter(
  trx: Kysely<JournalDatabase>,
  of: ProjectionVersion,
  letter: DeadLetter,
): Promise<void> {
  const key = { projection: of.name, version: of.version, shard: letter.shard, position: letter.position };
  const others = {
    entity_type: letter.entityType,
    entity_id: letter.entityId,
    revision: letter.revision,
    event_type: letter.eventType,
    failure: storableText(letter.failure),
    attempts: letter.attempts,
    failed_at: letter.failedAt,
  };
  await trx
    .insertInto("ego_dead_letters")
    .values({ ...key, ...others })
    .modifyEnd(orReplace(trx, Object.keys(key), Object.keys(others)))
    .execute();
}

/** Removes a letter, and answers whether it was there. */
export async function deleteLetter(
  trx: Kysely<JournalDatabase>,
  { name, version }: ProjectionVersion,
  { shard, position }: ShardPosition,
): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom("ego_dead_letters")
    .where("projection", "=", name)
    .where("version", "=", version)
    .where("shard", "=", shard)
    .where("position", "=", position)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows) > 0;
}
