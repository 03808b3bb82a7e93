import type { Compilable, Kysely } from "kysely";
import type { JournalDatabase } from "./schema.ts";

/** A version of a durable state as a row. */
export interface VersionRow {
  readonly shard: number | null;
  readonly position: number | null;
  readonly entity_type: number;
  readonly entity_id: string;
  readonly revision: number;
  readonly metadata: Uint8Array;
  readonly recorded_at: number;
  readonly command_id: string;
  readonly removed: number;
  /** The revision that the entity has now. */
  readonly head: number | null;
  /** The state, if it is kept as bytes, and is that of this version. */
  readonly payload: Uint8Array | null;
}

/** Which versions of a shard: those at positions behind `after`, up to `to`. */
export interface VersionRange {
  readonly shard: number;
  readonly after: number;
  readonly to: number;
}

/** The versions in some ranges, by shard and position. */
export function versionsIn(
  db: Kysely<JournalDatabase>,
  ranges: readonly VersionRange[],
  limit: number,
): Compilable & { execute(): Promise<readonly VersionRow[]> } {
  return db
    .selectFrom("ego_receipts as r")
    .leftJoin("ego_states as s", (join) =>
      join
        .onRef("s.entity_id", "=", "r.entity_id")
        .onRef("s.entity_type", "=", "r.entity_type")
        .onRef("s.revision", "=", "r.revision"),
    )
    .select([
      "r.shard",
      "r.position",
      "r.entity_type",
      "r.entity_id",
      "r.revision",
      "r.metadata",
      "r.recorded_at",
      "r.command_id",
      "r.removed",
    ])
    .select((eb) =>
      eb
        .selectFrom("ego_receipts as h")
        .select((max) => max.fn.max("h.revision").as("head"))
        .whereRef("h.entity_id", "=", "r.entity_id")
        .whereRef("h.entity_type", "=", "r.entity_type")
        .as("head"),
    )
    .select("s.payload")
    .where((eb) =>
      eb.or(
        ranges.map(({ shard, after, to }) =>
          eb.and([eb("r.shard", "=", shard), eb("r.position", ">", after), eb("r.position", "<=", to)]),
        ),
      ),
    )
    .orderBy("r.shard")
    .orderBy("r.position")
    .limit(limit);
}
