import type { StoredEvent } from "@ego/runtime";
import { mapped, type Saboteur, withEvent, withEvents } from "./sabotage.ts";

/** Stores that give other events than they got. */
export const contentSaboteurs: Readonly<Record<string, Saboteur>> = {
  "forgets the command id": {
    subject: withEvent((event) => ({ ...event, commandId: null })),
    caughtBy: "an event comes back as it was stored, its command id on the first of a command only",
  },
  "puts the command id on every event of a command": {
    subject: withEvents((events) => {
      const ofCommand = new Map<string, string>();
      const filled = (event: StoredEvent) => {
        const entity = JSON.stringify([event.entityType, event.entityId]);
        if (event.commandId !== null) ofCommand.set(entity, event.commandId);
        return { ...event, commandId: event.commandId ?? ofCommand.get(entity) ?? null };
      };
      return mapped(events, filled);
    }),
    caughtBy: "each command has its own id, whichever batch it came in",
  },
  "drops the metadata of all but the first event of a command": {
    subject: withEvent((event) => (event.commandId === null ? { ...event, metadata: new Uint8Array(0) } : event)),
    caughtBy: "metadata is stored with each event of a command",
  },
  "cuts off what is longer than 64 KiB": {
    subject: withEvent((event) => ({ ...event, payload: event.payload?.slice(0, 65_536) ?? null })),
    caughtBy: "bytes come back exactly: 64 KiB and one",
  },
  "keeps bytes as text": {
    subject: withEvent((event) => ({
      ...event,
      payload: new TextEncoder().encode(new TextDecoder().decode(event.payload ?? undefined)),
    })),
    caughtBy: "bytes come back exactly: what is no UTF-8",
  },
  "keeps times in seconds": {
    subject: withEvent((event) => ({ ...event, recordedAt: Math.trunc(event.recordedAt / 1_000) * 1_000 })),
    caughtBy: "times come back exactly, from the epoch to the year 9999",
  },
  "gives positions as its driver does, as text": {
    subject: withEvent((event) => ({ ...event, position: String(event.position) as unknown as number })),
    caughtBy: "reading goes on behind any position, also within a command",
  },
  "keeps all that an append has": {
    subject: withEvents((events) => {
      const extras = new Map<string, object>();
      return {
        async append(batch) {
          for (const { commandId, events: added } of batch) extras.set(commandId, added[0] ?? {});
          return events.append(batch);
        },
        load: async (type, id, range) =>
          (await events.load(type, id, range)).map((event) => ({ ...extras.get(event.commandId ?? ""), ...event })),
      };
    }),
    caughtBy: "what else an append has, as the engine's do, is not stored",
  },
  "keeps the bytes that it is given": {
    subject: withEvents((events) => {
      const given = new Map<string, Uint8Array>();
      return {
        async append(batch) {
          for (const { commandId, events: added } of batch) {
            if (added[0]) given.set(commandId, added[0].payload);
          }
          return events.append(batch);
        },
        load: async (type, id, range) =>
          (await events.load(type, id, range)).map((event) => ({
            ...event,
            payload: given.get(event.commandId ?? "")?.slice() ?? event.payload,
          })),
      };
    }),
    caughtBy: "nobody changes what is stored by the bytes that were given",
  },
  "hands out what it keeps": {
    subject: withEvents((events) => {
      const kept = new Map<string, StoredEvent>();
      return mapped(events, (event) => {
        const key = `${event.shard}:${event.position}`;
        const first = kept.get(key) ?? event;
        kept.set(key, first);
        return first;
      });
    }),
    caughtBy: "nobody changes what is stored by the bytes that load gave",
  },
};
