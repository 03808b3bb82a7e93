import type { Append, AppendResult, EventStore, Store } from "@ego/runtime";
import { replaced } from "./faults.ts";

/** Ways in which a store breaks what an engine promises; the torture has to catch each. */
export const saboteurs = [
  "answers before it commits",
  "forgets the command id",
  "swaps two replies",
  "ignores the expected revision",
  "loads an old history",
] as const;

/** One of the ways. */
export type Saboteur = (typeof saboteurs)[number];

/** Batches that a store which answers too early holds back. */
const heldBack = 6;

/** Breaks a store in one way. */
export function sabotaged(store: Store, saboteur: Saboteur): Store {
  return replaced<Store>(store, { events: replaced(store.events, broken[saboteur](store.events)) });
}

const broken: Readonly<Record<Saboteur, (events: EventStore) => Partial<EventStore>>> = {
  "answers before it commits": (events) => {
    const held: (readonly Append[])[] = [];
    return {
      async append(batch) {
        held.push(batch);
        const due = held.length > heldBack ? held.shift() : undefined;
        if (due) await events.append(due);
        return batch.map(() => ({ stored: true, position: 1 }));
      },
    };
  },

  "forgets the command id": (events) => ({
    load: async (type, id, range) => (await events.load(type, id, range)).map((one) => ({ ...one, commandId: null })),
  }),

  "swaps two replies": (events) => ({
    async append(batch) {
      const [first, second, ...rest] = await events.append(batch);
      return first && second ? [second, first, ...rest] : [first, second, ...rest].filter((one) => one !== undefined);
    },
  }),

  "ignores the expected revision": (events) => ({
    async append(batch) {
      const results: AppendResult[] = [];
      for (const one of batch) {
        let [result] = await events.append([one]);
        while (result?.stored === false) [result] = await events.append([{ ...one, expectedRevision: result.head }]);
        if (result) results.push(result);
      }
      return results;
    },
  }),

  "loads an old history": (events) => {
    let loads = 0;
    const load: EventStore["load"] = async (type, id, range) => {
      const page = await events.load(type, id, range);
      // Up to the last command, which it does not have yet.
      const last = page.findLastIndex(({ commandId }) => commandId !== null);
      return ++loads % 3 === 0 && last > 0 ? page.slice(0, last) : page;
    };
    return { load, loadPayloads: load };
  },
};
