import { planOf } from "../add/plan.ts";
import { protoEdits } from "../add/proto-edits.ts";
import { editablePath, type Protos } from "../add/protos.ts";
import { addedLines, addedThings } from "../add/report.ts";
import type { AddRequest } from "../add/requests.ts";
import { verified } from "../add/verify.ts";
import { type FileEdit, unifiedDiff } from "../edits/file-edit.ts";
import { applyUndoably } from "../edits/undoable-edits.ts";
import { Failure } from "../failure.ts";
import { modulePaths } from "../project/buf-messages.ts";
import { loadDomain } from "../project/domain.ts";
import { findProject } from "../project/project.ts";
import { protoPlaces } from "../project/proto-places.ts";
import { formatted } from "../proto/format.ts";
import type { Host } from "../terminal/host.ts";
import { generate } from "./generate.ts";

/** Options of every kind of `ego add`. */
export interface AddOptions {
  /** Print what would change in the protos, and write nothing. */
  readonly dryRun?: boolean;
  readonly json?: boolean;
  /** False: edit the protos only. */
  readonly generate?: boolean;
}

/**
 * `ego add`: adds something to the protos of the project around the working directory, generates, and inserts the
 * handlers that are missing then.
 *
 * @throws Failure for what was typed wrong and what would not compile; nothing has changed then
 */
export async function add(host: Host, request: AddRequest, options: AddOptions): Promise<void> {
  const project = findProject(host.cwd);
  const protos: Protos = {
    project,
    cwd: host.cwd,
    modules: modulePaths(project),
    domain: await loadDomain(host, project),
    placeOf: protoPlaces(project),
  };
  const addition = planOf(protos, request);
  const rough = protoEdits(project, protos.domain, addition, (file) => editablePath(protos, file));
  const edits = await formatted(host, project, rough.edits, rough.mayChange);
  const after = await verified(host, protos, addition, edits);
  if (options.dryRun) {
    host.out(options.json ? JSON.stringify({ format: 1, diff: unifiedDiff(edits) }) : unifiedDiff(edits).trimEnd());
    return;
  }
  const undo = applyUndoably(project, edits);
  const generated = options.generate === false ? [] : await generatedOrUndone(host, undo);
  const added = addedThings(after, addition, protoPlaces(project));
  if (options.json) {
    host.out(JSON.stringify({ format: 1, added, files: edits.map(({ file }: FileEdit) => file) }));
    return;
  }
  for (const line of [...addedLines(added), ...generated]) host.out(line);
}

/** What the generator says. If it fails, for whatever reason, the protos are again as they were. */
async function generatedOrUndone(host: Host, undo: () => void): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    await generate({ ...host, out: (line) => void lines.push(line) });
    return lines;
  } catch (error) {
    undo();
    if (!(error instanceof Failure)) throw error;
    const kind = error.exitCode === 1 ? "input" : "environment";
    throw new Failure(kind, `${error.message}\nThe code could not be generated, so the protos are as they were.`);
  }
}
