import type { Domain } from "@ego/protoc-gen-ego/model";
import type { FileEdit } from "../edits/file-edit.ts";
import { applyUndoably } from "../edits/undoable-edits.ts";
import { Failure } from "../failure.ts";
import { describeChanges } from "../project/changes.ts";
import type { Finding } from "../project/finding.ts";
import { runGenerators } from "../project/generation.ts";
import type { Project } from "../project/project.ts";
import type { Inserted, SyncPlan } from "../sync/sync.ts";
import type { Host } from "../terminal/host.ts";

/** What came of edits of protos. */
export interface CarriedOut {
  /** What the generator says. */
  readonly generated: readonly string[];
  /** The files of handlers that were changed or made. */
  readonly synced: readonly string[];
  readonly inserted: readonly Inserted[];
  readonly findings: readonly Finding[];
  /** What is to be said if not all handlers of the project are in sync now. */
  readonly unsynced?: string;
}

/**
 * Writes edits of protos, generates, and inserts the handlers that are missing then.
 *
 * @param domain what the protos say with the edits
 * @param generates false for the edits alone
 * @throws Failure if the code cannot be generated: the protos are as they were then
 */
export async function carryOut(
  host: Host,
  project: Project,
  edits: readonly FileEdit[],
  domain: Domain,
  generates: boolean,
): Promise<CarriedOut> {
  const undo = applyUndoably(project, edits);
  if (!generates) return { generated: [], synced: [], inserted: [], findings: [] };
  let generated: readonly string[] = [];
  try {
    const generation = await runGenerators(host, project, "Generating …");
    if (generation !== undefined) {
      const { before, after, messages } = generation;
      if (messages !== "") host.err(messages);
      generated = describeChanges(project, before, after);
    }
  } catch (error) {
    undo();
    if (!(error instanceof Failure)) throw error;
    const kind = error.exitCode === 1 ? "input" : "environment";
    throw new Failure(kind, `${error.message}\nThe code could not be generated, so the protos are as they were.`);
  }
  return { generated, ...(await synced(host, project, domain)) };
}

/** What is done stays when handlers cannot be inserted: the compiler names those, and `ego sync` is there for later. */
async function synced(host: Host, project: Project, domain: Domain): Promise<Omit<CarriedOut, "generated">> {
  const { applySync, planSync } = await import("../sync/sync.ts");
  try {
    const plan = await planSync(host, project, { domain });
    const unsynced = unsyncedBy(plan);
    return {
      synced: applySync(project, plan),
      inserted: plan.inserted,
      findings: plan.findingsAfter,
      ...(unsynced === undefined ? {} : { unsynced }),
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return {
      synced: [],
      inserted: [],
      findings: [],
      unsynced: `${error.message}\nHandlers could not be inserted. The rest is done.`,
    };
  }
}

function unsyncedBy({ refused, findingsAfter }: SyncPlan): string | undefined {
  if (refused) return "Not all handlers could be inserted. The rest is done.";
  if (!findingsAfter.some(({ severity }) => severity === "error")) return undefined;
  return "It is added. Handlers have errors, which are yours to mend.";
}
