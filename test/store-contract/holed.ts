import type { Store, StoredEvent } from "@ego/runtime";

/** The store with the positions that it would have if what it refuses took some. */
export function holed({ events, ...rest }: Store): Store {
  /** By shard, the position given out for each that the store has. */
  const positions = new Map<number, number[]>();
  const next = new Map<number, number>();
  const given = (event: StoredEvent) => ({ ...event, position: positions.get(event.shard)?.[event.position - 1] ?? 0 });

  return {
    ...rest,
    events: {
      ...events,
      async append(batch) {
        const results = await events.append(batch);
        return results.map((result, index) => {
          const { shard, events: added } = batch[index] ?? { shard: 0, events: [] };
          const taken = added.map((_, n) => (next.get(shard) ?? 1) + n);
          next.set(shard, (next.get(shard) ?? 1) + taken.length);
          if (!result.stored) return result;
          positions.set(shard, [...(positions.get(shard) ?? []), ...taken]);
          return { stored: true, position: taken.at(-1) ?? 0 };
        });
      },
      load: async (type, id, range) => (await events.load(type, id, range)).map(given),
      async read(shard, after, limit) {
        const before = (positions.get(shard) ?? []).filter((position) => position <= after).length;
        return (await events.read(shard, before, limit)).map(given);
      },
    },
  };
}
