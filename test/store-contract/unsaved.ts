import { type Append, memoryStore, type Store } from "@ego/runtime";

/** A journal whose stores answer at once, and write a batch to the disk when the next one comes. */
export function unsaved(): () => Promise<Store> {
  const disk: (readonly Append[])[] = [];
  return async () => {
    const { events } = memoryStore();
    for (const batch of disk) await events.append(batch);
    let waiting: readonly Append[] = [];
    return {
      events: {
        ...events,
        append(batch) {
          disk.push(waiting);
          waiting = batch;
          return events.append(batch);
        },
      },
    };
  };
}
