import type { Append, AppendResult, EventStore, Store } from "@ego/runtime";
import type { Saboteur } from "./orders.ts";

/** Batches that a store which answers too early holds back. */
const heldBack = 6;

/** Breaks a store in one way. */
export function sabotaged(store: Store, saboteur: Saboteur): Store {
  const { events } = store;
  const held: (readonly Append[])[] = [];
  const append = appends[saboteur](events.append.bind(events), held);
  return {
    ...store,
    events: {
      get shardCount() {
        return events.shardCount;
      },
      append,
      load: events.load.bind(events),
      read: events.read.bind(events),
    },
    async close() {
      // A clean stop hides what a kill shows.
      for (const batch of held) await events.append(batch);
      await store.close?.();
    },
  };
}

type AppendTo = EventStore["append"];

const appends: Readonly<Record<Saboteur, (append: AppendTo, held: (readonly Append[])[]) => AppendTo>> = {
  "answers before it commits": (append, held) => async (batch) => {
    held.push(batch);
    const due = held.length > heldBack ? held.shift() : undefined;
    if (due) await append(due);
    return batch.map(() => ({ stored: true, position: 1 }));
  },

  "forgets the command id": (append) => {
    let forgotten = 0;
    return (batch) => append(batch.map((one) => ({ ...one, commandId: `forgotten-${process.pid}-${++forgotten}` })));
  },

  "swaps two replies": (append) => async (batch) => {
    const results: AppendResult[] = [...(await append(batch))];
    const first = results[0];
    const other = results.findIndex((result) => positionOf(result) !== positionOf(first));
    const second = results[other];
    if (first && second) {
      results[0] = second;
      results[other] = first;
    }
    return results;
  },

  "ignores the expected revision": (append) => async (batch) => {
    const results: AppendResult[] = [];
    for (const one of batch) {
      let [result] = await append([one]);
      while (result?.stored === false) [result] = await append([{ ...one, expectedRevision: result.head }]);
      if (result) results.push(result);
    }
    return results;
  },

  "stores an event twice": (append) => (batch) =>
    append(batch.map((one, i) => (i === 0 ? { ...one, events: [...one.events, ...one.events] } : one))),
};

function positionOf(result: AppendResult | undefined): number {
  return result?.stored ? result.position : 0;
}
