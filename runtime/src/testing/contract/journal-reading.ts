import type { EventStore, StoredEvent } from "../../journal/event-store.ts";
import { expectSame } from "./expectations.ts";

/** Reads a shard behind a position, page by page. */
export async function readShard(
  events: EventStore,
  shard: number,
  after = 0,
  page = 100,
): Promise<readonly StoredEvent[]> {
  const all: StoredEvent[] = [];
  for (let position = after; ; ) {
    const found = await events.read(shard, position, page);
    all.push(...found);
    const last = found.at(-1);
    if (last === undefined || found.length < page) return all;
    position = last.position;
  }
}

/**
 * Reads a shard behind a position while it is written, and tells the position at which the reader was in the end.
 *
 * @throws ContractError if it missed one
 */
export async function followShard(
  events: EventStore,
  shard: number,
  after: number,
  writing: Promise<unknown>,
): Promise<number> {
  let position = after;
  let written = false;
  const end = writing.finally(() => {
    written = true;
  });
  async function follow(): Promise<void> {
    for (let done = false; !done; ) {
      // Asked before the page: what is stored by then is in it.
      done = written;
      // Lets a store go on whose reads never wait for anything.
      await new Promise((resolve) => setTimeout(resolve, 0));
      for (const event of await readShard(events, shard, position, 7)) {
        expectSame(event.position, position + 1, "the next position");
        position = event.position;
      }
    }
  }
  await Promise.all([end, follow()]);
  return position;
}

/** Reads a journal, shard by shard. */
export async function readJournal(events: EventStore, page = 100): Promise<readonly StoredEvent[]> {
  const all: StoredEvent[] = [];
  for (let shard = 0; shard < events.shardCount; shard++) all.push(...(await readShard(events, shard, 0, page)));
  return all;
}

/** What is wrong with the numbers of a journal: positions per shard and revisions per entity are 1, 2, 3 …. */
export function holesIn(events: readonly StoredEvent[]): readonly string[] {
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
