import { addVerb } from "./add.ts";
import { checkVerb } from "./check.ts";
import { completionVerb } from "./completion.ts";
import { devVerb } from "./dev.ts";
import { doctorVerb } from "./doctor.ts";
import { eventsVerb } from "./events.ts";
import { generateVerb } from "./generate.ts";
import { graphVerb } from "./graph.ts";
import { initVerb } from "./init.ts";
import { migrateVerb } from "./migrate.ts";
import { projectionsVerb } from "./projections.ts";
import { syncVerb } from "./sync.ts";
import type { Verb } from "./verb.ts";
import { verifyVerb } from "./verify.ts";

/** All verbs, in the order of the help: that in which a project needs them. */
export const verbs: readonly Verb[] = [
  initVerb,
  addVerb,
  generateVerb,
  syncVerb,
  devVerb,
  checkVerb,
  graphVerb,
  migrateVerb,
  eventsVerb,
  projectionsVerb,
  verifyVerb,
  doctorVerb,
  completionVerb,
];
