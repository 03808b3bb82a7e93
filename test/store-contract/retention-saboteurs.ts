import { mapped, type Saboteur, withEvent, withEvents } from "./sabotage.ts";

/** Stores that remove more than payloads, or other ones. */
export const retentionSaboteurs: Readonly<Record<string, Saboteur>> = {
  "removes the rows with their payloads": {
    subject: withEvents((events) => ({
      load: async (type, id, range) => (await events.load(type, id, range)).filter((event) => event.payload !== null),
      read: async (shard, after, limit) =>
        (await events.read(shard, after, limit)).filter((event) => event.payload !== null),
    })),
    caughtBy: "a journal with tombstones has no gap",
  },
  "takes the last event that has a payload for the head": {
    subject: withEvents((events) => ({
      async append(batch) {
        const results = [];
        for (const append of batch) {
          const history = await events.load(append.entityType, append.entityId);
          const head = history.findLast(({ payload }) => payload !== null)?.revision ?? 0;
          const refused = head !== append.expectedRevision;
          results.push(...(refused ? [{ stored: false as const, head }] : await events.append([append])));
        }
        return results;
      },
    })),
    caughtBy: "the revision goes on where all payloads are removed",
  },
  "removes the command id with the payload": {
    subject: withEvent((event) => (event.payload === null ? { ...event, commandId: null } : event)),
    caughtBy: "ranges and pages within removed payloads give tombstones, with their command ids",
  },
  "removes the metadata with the payload": {
    subject: withEvent((event) => (event.payload === null ? { ...event, metadata: new Uint8Array(0) } : event)),
    caughtBy: "a tombstone has everything that the event had, but its payload",
  },
  "gives no bytes for a payload that was removed": {
    subject: withEvent((event) => ({ ...event, payload: event.payload ?? new Uint8Array(0) })),
    caughtBy: "an empty payload is none that was removed",
  },
  "takes an empty payload for one that was removed": {
    subject: withEvent((event) => ({ ...event, payload: event.payload?.length ? event.payload : null })),
    caughtBy: "an empty payload is none that was removed",
  },
  "shows tombstones to those who read, and not to those who load": {
    subject: withEvents((events) => {
      const { load = events.load } = mapped(events, (event) => ({
        ...event,
        payload: event.payload ?? Uint8Array.of(),
      }));
      return { load };
    }),
    caughtBy: "a tombstone has everything that the event had, but its payload",
  },
  "loads payloads without those that were removed": {
    subject: withEvents((events) => ({
      loadPayloads: async (type, id, range) =>
        (await events.load(type, id, range)).filter(({ payload }) => payload !== null),
    })),
    caughtBy: "payloads that are loaded alone are those of the events",
  },
  "removes what somebody still has to read": {
    subject: withEvents((events) => ({
      removePayloads: async (type, id, range) => events.removePayloads?.(type, id, { ...range, toPosition: 1_000_000 }),
    })),
    caughtBy: "payloads behind a position stay: somebody still has to read them",
  },
  "removes payloads from the first revision on": {
    subject: withEvents((events) => ({
      removePayloads: async (type, id, range) => events.removePayloads?.(type, id, { ...range, from: 1 }),
    })),
    caughtBy: "payloads are removed from one revision to another, both included",
  },
};
