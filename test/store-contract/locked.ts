import { EgoError, memoryStore, type Store } from "@ego/runtime";

const waitMs = 100;

/** A journal whose stores lock the shards of a batch one by one, in the order given, and give up when that takes long. */
export function locked(): () => Store {
  const { events } = memoryStore();
  const locks = new Map<number, Promise<void>>();
  return () => ({
    events: {
      ...events,
      async append(batch) {
        const mine = Promise.withResolvers<void>();
        try {
          for (const shard of new Set(batch.map((append) => append.shard))) {
            await released(locks.get(shard));
            locks.set(shard, mine.promise);
            // Another store has its turn between two locks.
            await new Promise((resolve) => setImmediate(resolve));
          }
          return await events.append(batch);
        } finally {
          mine.resolve();
        }
      },
    },
  });
}

async function released(lock: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new EgoError("unavailable", "deadlock")), waitMs);
  });
  await Promise.race([lock, late]).finally(() => clearTimeout(timer));
}
