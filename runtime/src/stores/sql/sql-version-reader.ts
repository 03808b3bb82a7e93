import type { Kysely } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import type { ShardPosition } from "../../journal/event-store.ts";
import type { StateStore, StoredVersion } from "../../journal/state-store.ts";
import { EntityMap } from "../entity-map.ts";
import type { JournalDatabase } from "./schema.ts";
import type { SqlStateShards } from "./sql-state-shards.ts";
import type { SqlStatesOptions } from "./sql-states.ts";
import { plainBytes, plainText } from "./sql-values.ts";
import { type VersionRange, type VersionRow, versionsIn } from "./version-rows.ts";

/** Keys of one statement. */
const chunkSize = 500;

/** Reads versions of durable states in the order of their positions. */
export function openSqlVersionReader(
  { db, tables, shardCount, namesOf }: Pick<SqlStatesOptions, "db" | "tables" | "shardCount" | "namesOf">,
  shards: SqlStateShards,
): NonNullable<StateStore["readShards"]> {
  function checkShard(shard: number): void {
    if (Number.isInteger(shard) && shard >= 0 && shard < shardCount) return;
    throw new EgoError("invalid_argument", `The journal has no shard ${shard}: it has 0 to ${shardCount - 1}.`);
  }

  async function readShards(after: readonly ShardPosition[], limit: number): Promise<readonly StoredVersion[]> {
    for (const { shard } of after) checkShard(shard);
    if (after.length === 0) return [];
    const last = await shards.lastPositions(
      db,
      after.map(({ shard }) => shard),
    );
    // Positions are dense, so this says which versions there are.
    const ranges: VersionRange[] = [];
    let left = Math.max(limit, 0);
    for (const { shard, position } of after) {
      const from = Math.max(position, 0);
      const count = Math.min((last.get(shard) ?? 0) - from, left);
      if (count <= 0) continue;
      ranges.push({ shard, after: from, to: from + count });
      left -= count;
    }
    if (ranges.length === 0) return [];
    const read = (from: Kysely<JournalDatabase>) => readRanges(from, ranges);
    // Where a state may be in another table than its receipt, both are to be of one moment.
    const found = await (tables.size === 0
      ? read(db)
      : db.transaction().setIsolationLevel("repeatable read").execute(read));
    const places = new Map(after.map(({ shard }, at) => [shard, at]));
    const placeOf = ({ shard }: StoredVersion) => places.get(shard) ?? 0;
    return found.toSorted((a, b) => placeOf(a) - placeOf(b) || a.position - b.position);
  }

  async function readRanges(
    from: Kysely<JournalDatabase>,
    ranges: readonly VersionRange[],
  ): Promise<readonly StoredVersion[]> {
    const rows = await versionsIn(from, ranges, Number.MAX_SAFE_INTEGER).execute();
    const names = await namesOf(new Set(rows.map(({ entity_type }) => Number(entity_type))));
    const versions = rows.map((row) => versionOf(row, names.get(Number(row.entity_type)) as string));
    const inTables = Map.groupBy(
      versions.filter(({ kind }) => kind === "unreadable"),
      ({ entityType }) => entityType,
    );
    const states = new EntityMap<string, Uint8Array>();
    for (const [entityType, wanted] of inTables) {
      for (let at = 0; at < wanted.length; at += chunkSize) {
        const some = wanted.slice(at, at + chunkSize);
        const found = await tables.get(entityType)?.findAll(
          from,
          some.map(({ entityId }) => entityId),
        );
        for (const { entityId, revision } of some) {
          const row = found?.get(entityId);
          if (row?.revision === revision && row.payload) states.set(entityType, entityId, row.payload);
        }
      }
    }
    return versions.map((version) => {
      const payload = version.kind === "unreadable" && states.get(version.entityType, version.entityId);
      return payload ? { ...version, kind: "state", payload } : version;
    });
  }

  return readShards;
}

/** A version as its row says it; one whose state is not among the bytes as unreadable. */
function versionOf(row: VersionRow, entityType: string): StoredVersion {
  const { shard, position, entity_id, metadata, recorded_at, command_id, removed, head } = row;
  const revision = Number(row.revision);
  const superseded = revision < Number(head);
  const latest = Number(removed) !== 0 ? "removed" : row.payload === null ? "unreadable" : "state";
  return {
    shard: Number(shard),
    position: Number(position),
    entityType,
    entityId: plainText(entity_id),
    revision,
    kind: superseded ? "superseded" : latest,
    payload: superseded || row.payload === null ? null : plainBytes(row.payload),
    metadata: plainBytes(metadata),
    recordedAt: Number(recorded_at),
    commandId: plainText(command_id),
  };
}
