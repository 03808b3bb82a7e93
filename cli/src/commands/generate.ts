import { Failure } from "../failure.ts";
import { runBuf } from "../project/buf.ts";
import { bufIsIncomplete, bufMessages, isMachine, pluginIsMissing } from "../project/buf-messages.ts";
import { describeChanges } from "../project/changes.ts";
import { fingerprints, outputFolders, sameFiles } from "../project/outputs.ts";
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
  const folders = outputFolders(project);
  const before = fingerprints(project, folders);
  checkNothingByHand(project, before);
  const { exitCode, stdout, stderr } = await runBuf(
    host,
    project,
    ["generate"],
    options.quiet ? {} : { progress: "Generating …" },
  );
  const messages = bufMessages(project, stdout + stderr);
  if (exitCode !== 0) throw failed(messages);
  if (messages !== "") host.err(messages);
  const after = fingerprints(project, folders);
  if (options.quiet && sameFiles(before, after)) return;
  for (const line of describeChanges(project, before, after)) host.out(line);
}

function failed(messages: string): Failure {
  if (messages === "") return new Failure("environment", "buf failed and said nothing. Run `npm install` again.");
  if (bufIsIncomplete(messages)) {
    return new Failure(
      "environment",
      "buf's program for this platform is missing: npm ran without optional packages.\nRun `npm install --include=optional`.",
    );
  }
  if (pluginIsMissing(messages)) {
    return new Failure("environment", `${messages}\nIs the plugin in package.json? Then run \`npm install\`.`);
  }
  return new Failure(isMachine(messages) ? "environment" : "input", messages);
}
