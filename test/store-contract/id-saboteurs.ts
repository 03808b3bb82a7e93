import { type Saboteur, withEvents, withId } from "./sabotage.ts";

/** Stores that mistake an entity for another. */
export const idSaboteurs: Readonly<Record<string, Saboteur>> = {
  "mixes up ids that differ in case": {
    subject: withId((id) => id.toLowerCase()),
    caughtBy: "ids that differ in case are different entities",
  },
  "mixes up ids that differ in an accent": {
    subject: withId((id) => id.normalize("NFD").replaceAll(/\p{M}/gu, "")),
    caughtBy: "ids that differ in an accent are different entities",
  },
  "composes the characters of ids": {
    subject: withId((id) => id.normalize("NFC")),
    caughtBy: "ids that differ in the composition of an accent are different entities",
  },
  "pads ids with spaces": {
    subject: withId((id) => id.trimEnd()),
    caughtBy: "ids that differ in a trailing space are different entities",
  },
  "cuts off ids behind 254 bytes": {
    subject: withId((id) => id.slice(0, 254)),
    caughtBy: "ids that differ in the last of 255 bytes are different entities",
  },
  "keeps entities in a plain object": {
    subject: withEvents((events) => ({
      load: async (type, id, range) => (id in {} ? [] : events.load(type, id, range)),
    })),
    caughtBy: "the name __proto__ is an id as any other",
  },
  "joins type and id": {
    subject: withEvents((events) => ({
      append: (batch) =>
        events.append(
          batch.map((append) => ({ ...append, entityType: "", entityId: append.entityType + append.entityId })),
        ),
      load: (type, id, range) => events.load("", type + id, range),
    })),
    caughtBy: "type and id are not joined: where one ends counts",
  },
};
