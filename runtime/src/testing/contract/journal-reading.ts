import type { EventStore, StoredEvent } from "../../journal/event-store.ts";
import { readShards } from "../../journal/read-shards.ts";
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
  await follow(writing, async () => {
    for (const event of await readShard(events, shard, position, 7)) {
      expectSame(event.position, position + 1, "the next position");
      position = event.position;
    }
  });
  return position;
}

/** Looks again and again while something is written, and once more behind that. */
async function follow(writing: Promise<unknown>, look: () => Promise<void>): Promise<void> {
  let written = false;
  const end = writing.finally(() => {
    written = true;
  });
  async function looking(): Promise<void> {
    for (let done = false; !done; ) {
      // Asked before it looks: what is stored by then is seen.
      done = written;
      // Lets a store go on whose reads never wait for anything.
      await new Promise((resolve) => setTimeout(resolve, 0));
      await look();
    }
  }
  await Promise.all([end, looking()]);
}

/** Reads a journal, shard by shard. */
export async function readJournal(events: EventStore, page = 100): Promise<readonly StoredEvent[]> {
  const all: StoredEvent[] = [];
  for (let shard = 0; shard < events.shardCount; shard++) all.push(...(await readShard(events, shard, 0, page)));
  return all;
}

/** Reads a journal behind positions, all shards at once and page by page, and gives its events shard by shard. */
export async function readAllShards(
  events: EventStore,
  page: number,
  from: readonly number[] = startOf(events),
): Promise<readonly StoredEvent[]> {
  const all: StoredEvent[] = [];
  const positions = [...from];
  while (await readPage(events, positions, page, (event) => all.push(event))) {}
  // In the order in which they came, where they are of one shard.
  return all.toSorted((a, b) => a.shard - b.shard);
}

/**
 * Reads all shards of a journal behind positions while it is written, and tells how many events there were in the end.
 *
 * @throws ContractError if it missed one
 */
export async function followShards(
  events: EventStore,
  writing: Promise<unknown>,
  from: readonly number[],
): Promise<number> {
  const positions = [...from];
  let count = 0;
  await follow(writing, async () => {
    while (await readPage(events, positions, 7, () => count++)) {}
  });
  return count;
}

function startOf({ shardCount }: EventStore): readonly number[] {
  return Array.from({ length: shardCount }, () => 0);
}

/** Reads behind positions, which go on to what was read. Whether there may be more. */
async function readPage(
  events: EventStore,
  positions: number[],
  limit: number,
  onEvent: (event: StoredEvent) => void,
): Promise<boolean> {
  const found = await readShards(
    events,
    positions.map((position, shard) => ({ shard, position })),
    limit,
  );
  for (const event of found) {
    expectSame(event.position, (positions[event.shard] ?? -1) + 1, `the next position of shard ${event.shard}`);
    positions[event.shard] = event.position;
    onEvent(event);
  }
  return found.length === limit;
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
