import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Append, EventStore, StoredEvent } from "../../journal/event-store.ts";
import { shardOf } from "../../journal/hash.ts";

/** A folder that is gone at the end of the test. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "ego-store-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** An append of `count` events, as tests need them. */
export function appendOf(
  entityId: string,
  expectedRevision: number,
  fields: Partial<Append> & { count?: number } = {},
): Append {
  const { count = 1, ...rest } = fields;
  const entityType = rest.entityType ?? "account";
  return {
    entityType,
    entityId,
    shard: shardOf(entityType, entityId, 64),
    expectedRevision,
    events: Array.from({ length: count }, (_, index) => ({
      type: "bank.v1.Credited",
      payload: Uint8Array.of(expectedRevision, index),
    })),
    metadata: Uint8Array.of(7),
    commandId: `${entityId}-${expectedRevision}`,
    recordedAt: 1_700_000_000_000 + expectedRevision,
    ...rest,
  };
}

/** All events of a journal, shard by shard, read in pages of a few. */
export async function readAll(events: EventStore, page = 7): Promise<StoredEvent[]> {
  const all: StoredEvent[] = [];
  for (let shard = 0; shard < events.shardCount; shard++) {
    let position = 0;
    for (;;) {
      const found = await events.read(shard, position, page);
      all.push(...found);
      if (found.length < page) break;
      position = found.at(-1)?.position ?? position;
    }
  }
  return all;
}

/** What is wrong with the numbers of a journal: positions per shard and revisions per entity are 1, 2, 3 …. */
export function holesIn(events: readonly StoredEvent[]): string[] {
  const holes: string[] = [];
  const positions = new Map<number, number>();
  const revisions = new Map<string, number>();
  for (const event of events) {
    const position = (positions.get(event.shard) ?? 0) + 1;
    positions.set(event.shard, position);
    if (event.position !== position) holes.push(`shard ${event.shard}: ${event.position} instead of ${position}`);
    const entity = JSON.stringify([event.entityType, event.entityId]);
    const revision = (revisions.get(entity) ?? 0) + 1;
    revisions.set(entity, revision);
    if (event.revision !== revision) holes.push(`${entity}: ${event.revision} instead of ${revision}`);
  }
  return holes;
}
