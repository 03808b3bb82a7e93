import { carryOut } from "../add/carry-out.ts";
import { nextSteps } from "../add/next-steps.ts";
import { planOf } from "../add/plan.ts";
import { protoEdits } from "../add/proto-edits.ts";
import { editablePath } from "../add/protos.ts";
import { readProtos } from "../add/read-protos.ts";
import { addedLines, addedThings } from "../add/report.ts";
import type { AddRequest } from "../add/requests.ts";
import { verified } from "../add/verify.ts";
import { unifiedDiff } from "../edits/file-edit.ts";
import { exitCode } from "../failure.ts";
import { findingLines } from "../project/finding.ts";
import { findProject } from "../project/project.ts";
import { protoPlaces } from "../project/proto-places.ts";
import { formatted } from "../proto/format.ts";
import type { Host } from "../terminal/host.ts";
import { jsonText } from "../terminal/json-text.ts";

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
 * @returns the exit code: 1 if handlers could not be inserted, or some of the project have errors
 * @throws Failure for what was typed wrong and what would not compile or generate; nothing has changed then
 */
export async function add(host: Host, request: AddRequest, options: AddOptions): Promise<number> {
  const project = findProject(host.cwd);
  const protos = await readProtos(host, project);
  const addition = planOf(protos, request);
  const rough = protoEdits(project, protos.domain, addition, (file) => editablePath(protos, file));
  const neat = await formatted(host, project, rough.edits, rough.mayChange);
  // buf may lay a comment where it is that of something else.
  const { edits, domain: after } = await verified(host, protos, addition, [neat, rough.edits]);
  if (options.dryRun) {
    const diff = unifiedDiff(edits);
    host.out(options.json ? jsonText({ format: 1, written: false, diff }) : diff.trimEnd());
    return exitCode.ok;
  }
  const done = await carryOut(host, project, edits, after, options.generate ?? true);
  const added = addedThings(after, addition, protoPlaces(project));
  const files = [...edits.map(({ file }) => file), ...done.synced];
  if (options.json) {
    const { inserted, findings } = done;
    host.out(jsonText({ format: 1, written: true, added, files, inserted, findings }));
  } else {
    for (const line of [...addedLines(added), ...done.generated]) host.out(line);
    for (const line of findingLines(done.findings)) host.err(line);
    for (const line of nextSteps(request, after, done)) host.out(line);
  }
  if (done.unsynced !== undefined) host.err(done.unsynced);
  return done.unsynced === undefined ? exitCode.ok : exitCode.input;
}
