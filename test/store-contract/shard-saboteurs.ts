import type { EventStore, ShardPosition, StoredEvent } from "@ego/runtime";
import { type Saboteur, withEvents } from "./sabotage.ts";

/** Stores that read several shards at once other than they are. */
export const shardSaboteurs: Readonly<Record<string, Saboteur>> = {
  "reads several shards by time instead of position": {
    subject: withEvents((events) => ({
      async readShards(after, limit) {
        const all = await everything(events, after);
        return all.toSorted((a, b) => a.shard - b.shard || a.recordedAt - b.recordedAt).slice(0, Math.max(limit, 0));
      },
    })),
    caughtBy: "the order within each of several shards is that of positions where the clock is an hour off",
  },
  "forgets the last of several shards": {
    subject: withEvents((events) => ({
      readShards: async (after, limit) => all(events, after.length > 1 ? after.slice(0, -1) : after, limit),
    })),
    caughtBy: "several shards are read in the order in which they are named, each by position",
  },
  "skips the rest of a command at the end of a page": {
    subject: withEvents((events) => ({
      async readShards(after, limit) {
        // Where it begins within a command, it takes that for read.
        const found = await everything(events, after);
        return found
          .filter((event, index) => event.commandId !== null || found[index - 1]?.shard === event.shard)
          .slice(0, Math.max(limit, 0));
      },
    })),
    caughtBy: "a page over several shards ends at its limit, also within a command, and goes on there",
  },
  "takes the limit of a page for that of each shard": {
    subject: withEvents((events) => ({
      async readShards(after, limit) {
        const pages = await Promise.all(after.map(({ shard, position }) => events.read(shard, position, limit)));
        return pages.flat();
      },
    })),
    caughtBy: "a page over several shards is never longer than its limit",
  },
  "reads all shards behind the position of the first": {
    subject: withEvents((events) => ({
      readShards: (after, limit) =>
        all(
          events,
          after.map(({ shard }) => ({ shard, position: after[0]?.position ?? 0 })),
          limit,
        ),
    })),
    caughtBy: "several shards are each read behind a position of their own",
  },
  "shows several shards a later commit before an earlier one": {
    subject: withEvents((events) => {
      const hidden = new Set<string>();
      let commits = 0;
      return {
        async append(batch) {
          const results = await events.append(batch);
          const keys = results.flatMap((result, index) =>
            result.stored ? [`${batch[index]?.shard}:${result.position}`] : [],
          );
          if (commits++ % 2 === 1) return results;
          for (const key of keys) hidden.add(key);
          await new Promise((resolve) => setTimeout(resolve, 2));
          for (const key of keys) hidden.delete(key);
          return results;
        },
        readShards: async (after, limit) =>
          (await everything(events, after))
            .filter((event) => !hidden.has(`${event.shard}:${event.position}`))
            .slice(0, Math.max(limit, 0)),
      };
    }),
    caughtBy: "a reader of all shards beside sixteen writers misses nothing, and finds no gap",
  },
  "counts only shards that have events": {
    subject: withEvents((events) => ({
      lastPositions: async () => ((await events.lastPositions?.()) ?? []).filter((position) => position > 0),
    })),
    caughtBy: "the last positions of shards without events are 0",
  },
};

async function all(
  events: EventStore,
  after: readonly ShardPosition[],
  limit: number,
): Promise<readonly StoredEvent[]> {
  return (await events.readShards?.(after, limit)) ?? [];
}

function everything(events: EventStore, after: readonly ShardPosition[]): Promise<readonly StoredEvent[]> {
  return all(events, after, 100_000);
}
