import { memoryStore } from "@ego/runtime";
import { holed } from "./holed.ts";
import { locked } from "./locked.ts";
import { remembering } from "./remembering.ts";
import { type Saboteur, sameStore, subjectOf } from "./sabotage.ts";
import { unsaved } from "./unsaved.ts";

const only = memoryStore();

/** Stores whose journal is not what it should be, over more than one call or store. */
export const journalSaboteurs: Readonly<Record<string, Saboteur>> = {
  "answers before it has stored": {
    subject: subjectOf(unsaved),
    caughtBy: "a journal opened again has all that was answered as stored",
  },
  "numbers before it weeds out what is refused": {
    subject: subjectOf(() => sameStore(holed(memoryStore()))),
    caughtBy: "a refused append takes no position",
  },
  "trusts the heads that it remembers": {
    subject: subjectOf(remembering),
    caughtBy: "a store that wrote an entity last is refused after another wrote it",
  },
  "locks shards in the order given": {
    subject: subjectOf(locked),
    caughtBy: "shards given in any order never block each other",
  },
  "lets another store in between the appends of a batch": {
    subject: subjectOf(() => {
      const { events, ...rest } = memoryStore();
      return sameStore({
        ...rest,
        events: {
          ...events,
          async append(batch) {
            const results = [];
            for (const append of batch) results.push(...(await events.append([append])));
            return results;
          },
        },
      });
    }),
    caughtBy: "the positions of a batch are next to each other in a shard, whoever else stores",
  },
  "forgets where a shard ended when it is opened again": {
    subject: subjectOf(() => {
      const { events, ...rest } = memoryStore();
      let opened = 0;
      return () => {
        const first = opened++ === 0;
        const readShards: typeof events.readShards = async (after, limit) =>
          (await events.readShards?.(first ? after : after.filter(({ position }) => position === 0), limit)) ?? [];
        return { ...rest, events: { ...events, readShards } };
      };
    }),
    caughtBy: "a reader goes on in a journal opened again where its last page ended, also within a command",
  },
  "keeps all journals in one": {
    subject: subjectOf(() => sameStore(only)),
    caughtBy: "two journals know nothing of each other",
  },
};
