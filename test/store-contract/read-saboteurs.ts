import { type Saboteur, withEvents } from "./sabotage.ts";

/** Stores that read and load other events than those asked for. */
export const readSaboteurs: Readonly<Record<string, Saboteur>> = {
  "reads by time instead of position": {
    subject: withEvents((events) => ({
      async read(shard, after, limit) {
        const all = [...(await events.read(shard, 0, 100_000))].sort((a, b) => a.recordedAt - b.recordedAt);
        return all.filter((event) => event.position > after).slice(0, Math.max(limit, 0));
      },
    })),
    caughtBy: "the order is that of positions where the clock went back",
  },
  "reads from a position instead of behind it": {
    subject: withEvents((events) => ({ read: (shard, after, limit) => events.read(shard, after - 1, limit) })),
    caughtBy: "reading goes on behind any position, also within a command",
  },
  "ignores the limit of a page": {
    subject: withEvents((events) => ({ read: (shard, after) => events.read(shard, after, 100_000) })),
    caughtBy: "no page is longer than its limit",
  },
  "ends a page at the end of a command": {
    subject: withEvents((events) => ({
      async read(shard, after, limit) {
        const more = await events.read(shard, after, limit + 1_000);
        const end = more.findIndex((event, index) => index >= limit && event.commandId !== null);
        return limit > 0 && end > 0 ? more.slice(0, end) : more.slice(0, limit > 0 ? undefined : 0);
      },
    })),
    caughtBy: "a page ends at its limit, also within a command",
  },
  "shows a later commit before an earlier one": {
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
        read: async (shard, after, limit) =>
          (await events.read(shard, after, limit)).filter((event) => !hidden.has(`${shard}:${event.position}`)),
      };
    }),
    caughtBy: "a reader beside sixteen writers never finds a gap",
  },
  "loads up to a revision, but not that": {
    subject: withEvents((events) => ({
      load: (type, id, range = {}) =>
        events.load(type, id, range.to === undefined ? range : { ...range, to: range.to - 1 }),
    })),
    caughtBy: 'load with {"to":2} gives revisions [1,2]',
  },
  "takes a limit of 0 for none": {
    subject: withEvents((events) => ({
      load: (type, id, { limit, ...range } = {}) => events.load(type, id, limit ? { ...range, limit } : range),
    })),
    caughtBy: 'load with {"limit":0} gives revisions []',
  },
  "counts the limit before the range": {
    subject: withEvents((events) => ({
      load: async (type, id, { limit = Number.POSITIVE_INFINITY, from = 1, ...range } = {}) =>
        (await events.load(type, id, range)).slice(0, Math.max(limit, 0)).filter((event) => event.revision >= from),
    })),
    caughtBy: 'load with {"limit":2,"from":4} gives revisions [4,5]',
  },
};
