import { type Saboteur, withStates } from "./sabotage.ts";

/** Stores that keep durable states wrongly. */
export const stateSaboteurs: Readonly<Record<string, Saboteur>> = {
  "overwrites a state that somebody else changed": {
    subject: withStates((states) => ({
      async save(batch) {
        const results = [];
        for (const change of batch) {
          const expectedRevision = (await states.load(change.entityType, change.entityId))?.revision ?? 0;
          results.push(...(await states.save([{ ...change, expectedRevision }])));
        }
        return results;
      },
    })),
    caughtBy: "a stale change is refused with the head, and changes nothing (contract_note)",
  },
  "takes a removed state for none": {
    subject: withStates((states) => ({
      async load(type, id) {
        const stored = await states.load(type, id);
        return stored?.state === null ? undefined : stored;
      },
    })),
    caughtBy: "a removed entity has no state, and its revision goes on (contract_note)",
  },
  "gives receipts oldest first": {
    subject: withStates((states) => ({
      receipts: async (type, id, limit) => (await states.receipts(type, id, limit)).toReversed(),
    })),
    caughtBy: "receipts tell who made the latest versions, newest first (contract_note)",
  },
  "keeps one state for ids that differ in case": {
    subject: withStates((states) => ({
      load: (type, id) => states.load(type, id.toLowerCase()),
      save: (batch) => states.save(batch.map((change) => ({ ...change, entityId: change.entityId.toLowerCase() }))),
    })),
    caughtBy: "ids that differ in little are different entities, and nothing in an id is special (contract_note)",
  },
};
