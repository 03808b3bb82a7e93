import { Failure } from "../failure.ts";
import { runBuf } from "../project/buf.ts";
import { bufIsIncomplete, bufMessages, isMachine, pluginIsMissing } from "../project/buf-messages.ts";
import { describeChanges } from "../project/changes.ts";
import { fingerprints, outputFolders } from "../project/outputs.ts";
import { findProject } from "../project/project.ts";
import type { Host } from "../terminal/host.ts";

/**
 * `ego generate`: runs `buf generate` for the project around the working directory and says which files changed.
 *
 * @throws Failure for what the user or the installation got wrong.
 */
export async function generate(host: Host): Promise<void> {
  const project = findProject(host.cwd);
  const folders = outputFolders(project);
  const before = fingerprints(project, folders);
  const { exitCode, stdout, stderr } = await runBuf(host, project, ["generate"], "Generating …");
  const messages = bufMessages(project, stdout + stderr);
  if (exitCode !== 0) throw failed(messages);
  if (messages !== "") host.err(messages);
  for (const line of describeChanges(project, before, fingerprints(project, folders))) host.out(line);
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
