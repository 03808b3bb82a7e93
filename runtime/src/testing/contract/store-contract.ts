import { appendCases } from "./append-cases.ts";
import { batchCases } from "./batch-cases.ts";
import { contentCases } from "./content-cases.ts";
import type { ContractCase } from "./contract-case.ts";
import { headCases } from "./head-cases.ts";
import { idCases } from "./id-cases.ts";
import { inlineCases } from "./inline-cases.ts";
import { leaseCases } from "./lease-cases.ts";
import { letterCases } from "./letter-cases.ts";
import { loadCases } from "./load-cases.ts";
import { projectionCases } from "./projection-cases.ts";
import { promotionCases } from "./promotion-cases.ts";
import { readCases } from "./read-cases.ts";
import { reopeningCases } from "./reopening-cases.ts";
import { retentionCases } from "./retention-cases.ts";
import { rowCases } from "./row-cases.ts";
import { shardCases } from "./shard-cases.ts";
import { sharingCases } from "./sharing-cases.ts";
import { snapshotCases } from "./snapshot-cases.ts";
import { stateCases } from "./state-cases.ts";
import { versionCases } from "./version-cases.ts";

/** Every promise that a store makes, each with a way to try it. */
export const storeContract: readonly ContractCase[] = [
  ...appendCases,
  ...batchCases,
  ...idCases,
  ...contentCases,
  ...loadCases,
  ...headCases,
  ...readCases,
  ...shardCases,
  ...snapshotCases,
  ...retentionCases,
  ...stateCases,
  ...versionCases,
  ...projectionCases,
  ...promotionCases,
  ...rowCases,
  ...inlineCases,
  ...letterCases,
  ...leaseCases,
  ...reopeningCases,
  ...sharingCases,
];
