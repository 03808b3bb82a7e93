import type { Append, AppendResult } from "@ego/runtime";
import type { Saboteur, WholeStore } from "./saboteur.ts";

/** Something broken, and the kinds of problems by which the check may find it. */
export interface Sabotage {
  readonly saboteur: Saboteur;
  readonly foundAs: readonly string[];
}

/** Broken stores, clocks and ids. */
export const saboteurs: Readonly<Record<string, Sabotage>> = {
  "a store that answers before the journal has it": {
    saboteur: {
      node: ({ events, states }, _, journal) => ({
        events: {
          ...events,
          async append(batch) {
            events.append(batch).catch(() => {});
            return guessed(journal, batch);
          },
        },
        states: {
          ...states,
          async save(batch) {
            states.save(batch).catch(() => {});
            return batch.map(() => ({ stored: true }));
          },
        },
      }),
    },
    foundAs: ["early", "lost"],
  },
  "a store that loses an append": {
    saboteur: {
      node: ({ events, states }, { random }, journal) => ({
        states,
        events: {
          ...events,
          append: async (batch) => (random.chance(0.1) ? guessed(journal, batch) : events.append(batch)),
        },
      }),
    },
    foundAs: ["lost", "early"],
  },
  "a store that takes a lost batch for a stored one": {
    saboteur: {
      node: ({ events, states }, _, journal) => ({
        states,
        events: { ...events, append: (batch) => events.append(batch).catch(() => guessed(journal, batch)) },
      }),
    },
    foundAs: ["lost", "early"],
  },
  "a store that takes a lost batch for a refused one": {
    saboteur: {
      node: ({ events, states }) => ({
        states,
        events: {
          ...events,
          append: (batch) =>
            events
              .append(batch)
              .catch(() => batch.map(({ expectedRevision }) => ({ stored: false, head: expectedRevision + 1 }))),
        },
      }),
    },
    foundAs: ["doubled"],
  },
  "a store that sends a batch again without asking what became of it": {
    saboteur: {
      node: ({ events, states }) => ({
        states,
        events: { ...events, append: (batch) => events.append(batch).catch(() => forced(events, batch)) },
      }),
      journal: ({ events, states }) => ({ states, events: { ...events, append: (batch) => forced(events, batch) } }),
    },
    foundAs: ["doubled"],
  },
  "a store that forgets command ids": {
    saboteur: {
      journal({ events, states }) {
        let forgotten = 0;
        const nameless = (batch: readonly Append[]) => batch.map((one) => ({ ...one, commandId: `x${++forgotten}` }));
        return { states, events: { ...events, append: (batch) => events.append(nameless(batch)) } };
      },
    },
    foundAs: ["forgotten", "doubled"],
  },
  "a store that hides command ids from those that read an entity again": {
    saboteur: {
      node: ({ events, states }) => ({
        states,
        events: {
          ...events,
          load: async (...args) => (await events.load(...args)).map((event) => ({ ...event, commandId: null })),
        },
      }),
    },
    foundAs: ["doubled"],
  },
  "a store that has no command ids of durable states": {
    saboteur: { node: ({ events, states }) => ({ events, states: { ...states, receipts: async () => [] } }) },
    foundAs: ["doubled"],
  },
  "a store that swaps two replies": {
    saboteur: {
      node: ({ events, states }) => ({
        states,
        events: {
          ...events,
          async append(batch) {
            const results = [...(await events.append(batch))];
            const [first, second] = results;
            if (first && second) results.splice(0, 2, second, first);
            return results;
          },
        },
      }),
    },
    foundAs: ["lost", "wrong"],
  },
  "a store that ignores the expected revision": {
    saboteur: {
      journal: ({ events, states }) => ({ states, events: { ...events, append: (batch) => forced(events, batch) } }),
    },
    foundAs: ["invented"],
  },
  "a store of durable states that ignores the expected revision": {
    saboteur: {
      journal: ({ events, states }) => ({
        events,
        states: {
          ...states,
          async save(batch) {
            const results = [];
            for (const change of batch) {
              const expectedRevision = (await states.load(change.entityType, change.entityId))?.revision ?? 0;
              results.push(...(await states.save([{ ...change, expectedRevision }])));
            }
            return results;
          },
        },
      }),
    },
    foundAs: ["invented"],
  },
  "a store that stores the first event of a command only": {
    saboteur: {
      journal: ({ events, states }) => ({
        states,
        events: {
          ...events,
          append: (batch) => events.append(batch.map((one) => ({ ...one, events: one.events.slice(0, 1) }))),
        },
      }),
    },
    foundAs: ["lost", "wrong"],
  },
  "a store that answers with the position of the first event": {
    saboteur: {
      node: ({ events, states }) => ({
        states,
        events: {
          ...events,
          append: async (batch) =>
            (await events.append(batch)).map((result, i) =>
              result.stored ? { ...result, position: result.position - (batch[i]?.events.length ?? 1) + 1 } : result,
            ),
        },
      }),
    },
    foundAs: ["wrong"],
  },
  "a store that reads from a replica which is behind": {
    saboteur: {
      node: ({ events, states }, { random }) => ({
        states,
        events: {
          ...events,
          async load(...args) {
            const page = await events.load(...args);
            return random.chance(0.3) ? page.slice(0, -1) : page;
          },
        },
      }),
    },
    foundAs: ["stale", "doubled", "forgotten"],
  },
  "a store whose snapshots are older than they say": {
    saboteur: {
      node: ({ snapshots }) => ({
        snapshots: {
          ...snapshots,
          save: (batch) => snapshots.save(batch.map((one) => ({ ...one, revision: one.revision + 1 }))),
        },
      }),
    },
    foundAs: ["wrong", "lost"],
  },
  "ids that come twice": {
    saboteur: {
      ids({ newId }) {
        let count = 0;
        let last = "";
        return {
          newId() {
            if (count++ % 2 === 0) last = newId();
            return last;
          },
        };
      },
    },
    foundAs: ["doubled"],
  },
  "a clock that jumps": {
    saboteur: {
      clock: (clock, { random }) => ({ ...clock, now: () => clock.now() + (random.chance(0.1) ? 3_600_000 : 0) }),
    },
    foundAs: ["time", "late"],
  },
  "timers that come late": {
    saboteur: {
      clock: (clock) => ({ ...clock, after: (ms, callback, background) => clock.after(3 * ms, callback, background) }),
    },
    foundAs: ["late", "time"],
  },
  "turns of the event loop that do not end": {
    saboteur: {
      clock: (clock, { random }) => ({
        ...clock,
        soon(callback) {
          if (!random.chance(0.05)) clock.soon(callback);
        },
      }),
    },
    foundAs: ["liveness"],
  },
  "a lane that sends two batches at once": {
    saboteur: {
      clock: (clock) => ({
        ...clock,
        soon(callback) {
          clock.soon(callback);
          clock.soon(callback);
        },
      }),
    },
    foundAs: ["bounds"],
  },
};

/** What a store would answer if a batch were stored now. */
async function guessed({ events }: WholeStore, batch: readonly Append[]): Promise<readonly AppendResult[]> {
  const ends = new Map<number, number>();
  const results: AppendResult[] = [];
  for (const { shard, events: appended } of batch) {
    const end = ends.get(shard) ?? (await events.read(shard, 0, 1_000_000)).length;
    ends.set(shard, end + appended.length);
    results.push({ stored: true, position: end + appended.length });
  }
  return results;
}

/** Stores a batch wherever its entities are now. */
async function forced(events: WholeStore["events"], batch: readonly Append[]): Promise<readonly AppendResult[]> {
  const results: AppendResult[] = [];
  for (const append of batch) {
    const expectedRevision = (await events.load(append.entityType, append.entityId)).length;
    results.push(...(await events.append([{ ...append, expectedRevision }])));
  }
  return results;
}
