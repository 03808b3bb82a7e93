import { type Saboteur, withEvents } from "./sabotage.ts";

/** Stores that store, refuse or answer what they should not. */
export const appendSaboteurs: Readonly<Record<string, Saboteur>> = {
  "ignores the expected revision": {
    subject: withEvents((events) => ({
      async append(batch) {
        const results = await events.append(batch);
        const retried = batch.flatMap((append, index) => {
          const result = results[index];
          return result?.stored === false ? [{ ...append, expectedRevision: result.head }] : [];
        });
        const stored = [...(retried.length > 0 ? await events.append(retried) : [])];
        return results.map((result) => (result.stored ? result : (stored.shift() ?? result)));
      },
    })),
    caughtBy: "a stale append is refused with the head, and changes nothing",
  },
  "stores what follows a refused append, if it would fit": {
    subject: withEvents((events) => ({
      append: async (batch) => (await Promise.all(batch.map((append) => events.append([append])))).flat(),
    })),
    caughtBy: "after a refused append every later one of the same entity is refused, also one that would fit",
  },
  "stores a part of a batch that fails": {
    subject: withEvents((events) => ({
      async append(batch) {
        const results = [];
        for (const append of batch) results.push(...(await events.append([append])));
        return results;
      },
    })),
    caughtBy: "the shard -1 is refused, and its batch with it",
  },
  "refuses a batch for one of its appends": {
    subject: withEvents((events) => ({
      async append(batch) {
        const histories = await Promise.all(batch.map((append) => events.load(append.entityType, append.entityId)));
        const fits = batch.every((append, index) => histories[index]?.length === append.expectedRevision);
        if (fits) return events.append(batch);
        return histories.map(({ length }) => ({ stored: false, head: length }));
      },
    })),
    caughtBy: "a refused append leaves the others of its batch, and no hole",
  },
  "swaps two answers": {
    subject: withEvents((events) => ({
      async append(batch) {
        const [first, second, ...rest] = await events.append(batch);
        return first && second ? [second, first, ...rest] : [first, second, ...rest].filter((one) => one !== undefined);
      },
    })),
    caughtBy: "each of a batch is answered for itself, stored or not",
  },
  "answers with the position of the first event": {
    subject: withEvents((events) => ({
      async append(batch) {
        const results = await events.append(batch);
        return results.map((result, index) => {
          const count = batch[index]?.events.length ?? 0;
          return result.stored && count > 0 ? { ...result, position: result.position - count + 1 } : result;
        });
      },
    })),
    caughtBy: "the answer has the position of the last event",
  },
  "stores one event after the other": {
    subject: withEvents((events) => ({
      async append(batch) {
        const results = [];
        for (const append of batch) {
          let [result] = await events.append([{ ...append, events: append.events.slice(0, 1) }]);
          for (let n = 1; n < append.events.length && result?.stored; n++) {
            await Promise.resolve();
            const expectedRevision = append.expectedRevision + n;
            [result] = await events.append([{ ...append, expectedRevision, events: append.events.slice(n, n + 1) }]);
          }
          if (result) results.push(result);
        }
        return results;
      },
    })),
    caughtBy: "a command is loaded whole or not at all, while it is stored",
  },
  "stores the first five hundred of a batch": {
    subject: withEvents((events) => ({
      async append(batch) {
        const results = await events.append(batch.slice(0, 500));
        return [...results, ...batch.slice(500).map(() => ({ stored: true, position: 1 }) as const)];
      },
    })),
    caughtBy: "a batch of a thousand appends is stored, the most that the engine sends",
  },
  "sorts a batch by entity": {
    subject: withEvents((events) => ({
      async append(batch) {
        const order = batch.map((_, index) => index);
        order.sort((a, b) => ((batch[a]?.entityId ?? "") < (batch[b]?.entityId ?? "") ? -1 : 1));
        const results = await events.append(order.flatMap((index) => batch[index] ?? []));
        return batch.flatMap((_, index) => results[order.indexOf(index)] ?? []);
      },
    })),
    caughtBy: "appends of one shard are stored in the order given",
  },
  "forgets a shard": {
    subject: withEvents((events) => ({
      read: async (shard, after, limit) => (shard === 3 ? [] : events.read(shard, after, limit)),
    })),
    caughtBy: "the journal has at least one shard, and every shard takes events",
  },
};
