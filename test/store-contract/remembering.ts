import { memoryStore, type Store } from "@ego/runtime";

/** A journal whose stores remember the heads of what they wrote, and do not look again whether those still are. */
export function remembering(): () => Store {
  const { events } = memoryStore();
  return () => {
    const heads = new Map<string, number>();
    return {
      events: {
        ...events,
        async append(batch) {
          const results = [];
          for (const append of batch) {
            const entity = JSON.stringify([append.entityType, append.entityId]);
            const trusted = heads.get(entity) === append.expectedRevision;
            const history = await events.load(append.entityType, append.entityId);
            const expectedRevision = trusted ? history.length : append.expectedRevision;
            const [result] = await events.append([{ ...append, expectedRevision }]);
            if (result?.stored) heads.set(entity, append.expectedRevision + append.events.length);
            if (result) results.push(result);
          }
          return results;
        },
      },
    };
  };
}
