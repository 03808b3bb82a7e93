import { describeChanges } from "../project/changes.ts";
import { runGeneration } from "../project/generation.ts";
import { fingerprints, outputFolders, sameFiles } from "../project/outputs.ts";
import { hasOwnProtos } from "../project/own-protos.ts";
import { checkStrategy } from "../project/plugin-strategy.ts";
import { findProject } from "../project/project.ts";
import { checkNothingByHand } from "../project/written-by-hand.ts";
import type { Host } from "../terminal/host.ts";

/** Options of `ego generate`. */
export interface GenerateOptions {
  /** Say nothing if no file changed. */
  readonly quiet?: boolean;
}

/**
 * `ego generate`: runs `buf generate` for the project around the working directory and says which files changed.
 *
 * @throws Failure for what the user or the installation got wrong.
 */
export async function generate(host: Host, options: GenerateOptions = {}): Promise<void> {
  const project = findProject(host.cwd);
  checkStrategy(project);
  if (!hasOwnProtos(project)) {
    if (!options.quiet) host.out("There is no proto yet. Make one: `ego add entity <name>`.");
    return;
  }
  const folders = outputFolders(project);
  const before = fingerprints(project, folders);
  checkNothingByHand(project, before);
  const messages = await runGeneration(host, project, options.quiet ? {} : { progress: "Generating …" });
  if (messages !== "") host.err(messages);
  const after = fingerprints(project, folders);
  if (options.quiet && sameFiles(before, after)) return;
  for (const line of describeChanges(project, before, after)) host.out(line);
}
