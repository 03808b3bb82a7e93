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
  "keeps all journals in one": {
    subject: subjectOf(() => sameStore(only)),
    caughtBy: "two journals know nothing of each other",
  },
};
