import type { EventStore } from "../journal/event-store.ts";
import { shardOf } from "../journal/hash.ts";
import type { Violation } from "./audit-finding.ts";
import { misplacedPosition, missingPositions, wrongShard } from "./violations.ts";

/** What was found of the versions of durable states. */
export interface AuditedVersions {
  readonly violations: readonly Violation[];
  /** The last position of each shard of theirs. */
  readonly heads: readonly number[];
}

const pageSize = 1_000;

/**
 * Looks whether the positions of versions are dense, and each is in the shard of its entity. Shards are called by the
 * numbers that they have in offsets: behind those of events.
 *
 * @param versions as `stateShards` makes it
 * @param shards how many there are of events
 */
export async function auditVersions(versions: EventStore, shards: number): Promise<AuditedVersions> {
  const violations: Violation[] = [];
  const heads: number[] = [];
  for (let shard = shards; shard < versions.shardCount; shard++) {
    let last = 0;
    for (;;) {
      const page = await versions.read(shard, last, pageSize);
      for (const version of page) {
        const { position, entityType, entityId } = version;
        if (position <= last) violations.push(misplacedPosition(shard, last, position));
        else if (position > last + 1) violations.push(missingPositions(shard, last + 1, position - 1));
        const own = shards + shardOf(entityType, entityId, shards);
        if (own !== shard) violations.push(wrongShard(version, own));
        last = Math.max(last, position);
      }
      if (page.length < pageSize) break;
    }
    heads.push(last);
  }
  return { violations, heads };
}
