import { readFileSync } from "node:fs";
import type { Domain } from "@ego/protoc-gen-ego/model";
import { applyEdits } from "../edits/apply-edits.ts";
import { Failure } from "../failure.ts";
import { keepCompiled } from "../project/compile-cache.ts";
import { loadDomain } from "../project/domain.ts";
import type { Project } from "../project/project.ts";
import { protoPlaces } from "../project/proto-places.ts";
import type { Host } from "../terminal/host.ts";
import { printableName } from "../terminal/printable.ts";
import { compiler } from "./compiler.ts";
import { contractsOf } from "./contract.ts";
import { findGenerated } from "./generated.ts";
import { planOf } from "./plan.ts";
import { findSources } from "./sources.ts";
import type { SyncPlan } from "./sync-plan.ts";

export type { Inserted, Renamed, SyncPlan } from "./sync-plan.ts";

/** Options of {@link planSync}. */
export interface SyncOptions {
  /** Members to give another name, old to new. */
  readonly rename?: ReadonlyMap<string, string>;
  /** The domain, if it is read already. */
  readonly domain?: Domain;
}

/**
 * Compares what people wrote with the generated contracts, and plans what has to be inserted. Writes nothing, and runs none
 * of the project's code.
 *
 * @throws Failure for protos that do not compile, and for a name to rename that is nowhere
 */
export async function planSync(host: Host, project: Project, options: SyncOptions = {}): Promise<SyncPlan> {
  // buf is a process of its own: meanwhile, this one reads.
  const loading = options.domain ?? loadDomain(host, project);
  keepCompiled(host, project);
  compiler();
  const sources = findSources(project);
  const domain = await loading;
  const places = protoPlaces(project);
  const contracts = contractsOf(domain);
  const generated = findGenerated(project, domain, contracts, places);
  if (generated.findings.length > 0) {
    return {
      edits: [],
      findings: generated.findings,
      findingsAfter: generated.findings,
      inserted: [],
      renamed: [],
      refused: true,
    };
  }
  const rename = options.rename ?? new Map();
  const extension = extensionIn(contracts.map(generated.path));
  const plan = planOf({ project, contracts, sources, generated: generated.path, extension, rename });
  checkRenamed(rename, plan);
  return plan;
}

/** What is asked for and cannot be done is not passed over. */
function checkRenamed(rename: ReadonlyMap<string, string>, { renamed, refused }: SyncPlan): void {
  for (const [from, to] of rename) {
    if (refused || renamed.some((one) => one.from === from && one.to === to)) continue;
    throw new Failure(
      "input",
      `There is nothing to rename from ${printableName(from)} to ${printableName(to)}: in one behavior or projection, ${printableName(from)} has to be there without being in the protos, and ${printableName(to)} the other way round.`,
    );
  }
}

/**
 * Does what was planned: all of it, or nothing.
 *
 * @returns the files that were written, from the root of the project
 * @throws Failure if a file was changed in the meantime, or cannot be written
 */
export function applySync(project: Project, { edits }: SyncPlan): readonly string[] {
  return applyEdits(project, edits);
}

/** How generated code imports others: as its `import_extension` says. */
function extensionIn([path]: readonly string[]): string {
  if (path === undefined) return "";
  return /from "\.[^"]*?_pb(\.[jt]s)?"/.exec(readFileSync(path, "utf8"))?.[1] ?? "";
}
