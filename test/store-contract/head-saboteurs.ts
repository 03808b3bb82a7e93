import { type Saboteur, withEvents, withStates } from "./sabotage.ts";

/** Stores that tell wrong revisions. */
export const headSaboteurs: Readonly<Record<string, Saboteur>> = {
  "tells heads in an order of its own": {
    subject: withEvents((events) => ({
      heads: async (entities) => (await events.heads?.(entities))?.toSorted((a, b) => a - b) ?? [],
    })),
    caughtBy: "heads are the revisions of entities, each in its place, and 0 where there are no events",
  },
  "leaves out of the heads who has no events": {
    subject: withEvents((events) => ({
      heads: async (entities) => (await events.heads?.(entities))?.filter((head) => head > 0) ?? [],
    })),
    caughtBy: "heads are the revisions of entities, each in its place, and 0 where there are no events",
  },
  "tells the heads of the first hundred": {
    subject: withEvents((events) => ({
      heads: async (entities) => (await events.heads?.(entities.slice(0, 100))) ?? [],
    })),
    caughtBy: "heads of a thousand entities are told at once",
  },
  "takes a removed state's revision for none": {
    subject: withStates((states) => ({
      heads: (entities) =>
        Promise.all(
          entities.map(async ({ entityType, entityId }) => {
            const stored = await states.load(entityType, entityId);
            return stored?.state ? stored.revision : 0;
          }),
        ),
    })),
    caughtBy: "heads count all versions, removals included, each in its place (contract_note)",
  },
};
