import { describeChanges } from "../project/changes.ts";
import { runGenerators } from "../project/generation.ts";
import { sameFiles } from "../project/outputs.ts";
import { findProject } from "../project/project.ts";
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
  const generation = await runGenerators(host, project, options.quiet ? undefined : "Generating …");
  if (generation === undefined) {
    if (!options.quiet) host.out("There is no proto yet. Make one: `ego add entity <name>`.");
    return;
  }
  const { before, after, messages } = generation;
  if (messages !== "") host.err(messages);
  if (options.quiet && sameFiles(before, after)) return;
  for (const line of describeChanges(project, before, after)) host.out(line);
}
