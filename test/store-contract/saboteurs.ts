import { appendSaboteurs } from "./append-saboteurs.ts";
import { contentSaboteurs } from "./content-saboteurs.ts";
import { headSaboteurs } from "./head-saboteurs.ts";
import { idSaboteurs } from "./id-saboteurs.ts";
import { journalSaboteurs } from "./journal-saboteurs.ts";
import { projectionSaboteurs } from "./projection-saboteurs.ts";
import { readSaboteurs } from "./read-saboteurs.ts";
import { retentionSaboteurs } from "./retention-saboteurs.ts";
import type { Saboteur } from "./sabotage.ts";
import { shardSaboteurs } from "./shard-saboteurs.ts";
import { snapshotSaboteurs } from "./snapshot-saboteurs.ts";
import { stateSaboteurs } from "./state-saboteurs.ts";
import { versionSaboteurs } from "./version-saboteurs.ts";

/** Stores with one fault each. */
export const saboteurs: Readonly<Record<string, Saboteur>> = {
  ...appendSaboteurs,
  ...contentSaboteurs,
  ...headSaboteurs,
  ...idSaboteurs,
  ...journalSaboteurs,
  ...readSaboteurs,
  ...retentionSaboteurs,
  ...snapshotSaboteurs,
  ...shardSaboteurs,
  ...stateSaboteurs,
  ...versionSaboteurs,
  ...projectionSaboteurs,
};
