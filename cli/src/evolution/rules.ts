import type { Rule } from "./change.ts";
import { commandsAreKept, rejectionsAreKept } from "./clients.ts";
import { entitiesAreKept, idsAreKept, persistenceIsKept } from "./entities.ts";
import { correlationsAreKept, readModelsAreKept, sagasAreKept, sagasGoOn } from "./processors.ts";
import { sensitiveFieldsAreKept, subjectsAreKept } from "./sensitive.ts";
import {
  aliasesAreReadable,
  appliersAreKept,
  eventsAreReadable,
  eventsKeepTheirNames,
  upcastsAreKept,
} from "./stored-events.ts";
import { columnsAreKept, indexesAreKept, tablesAreKept } from "./tables.ts";

/** All rules of event sourcing. What buf knows, the bytes of messages, is not among them. */
export const rules: readonly Rule[] = [
  eventsAreReadable,
  aliasesAreReadable,
  upcastsAreKept,
  eventsKeepTheirNames,
  appliersAreKept,
  entitiesAreKept,
  persistenceIsKept,
  idsAreKept,
  sensitiveFieldsAreKept,
  subjectsAreKept,
  tablesAreKept,
  columnsAreKept,
  indexesAreKept,
  readModelsAreKept,
  sagasAreKept,
  sagasGoOn,
  correlationsAreKept,
  commandsAreKept,
  rejectionsAreKept,
];
