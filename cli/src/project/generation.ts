import { Failure } from "../failure.ts";
import type { Host } from "../terminal/host.ts";
import { runBuf } from "./buf.ts";
import { bufIsIncomplete, bufMessages, isMachine, pluginIsMissing } from "./buf-messages.ts";
import { type Fingerprints, fingerprints, outputFolders } from "./outputs.ts";
import { hasOwnProtos } from "./own-protos.ts";
import { checkStrategy } from "./plugin-strategy.ts";
import type { Project } from "./project.ts";
import { checkNothingByHand } from "./written-by-hand.ts";

/** What one run of the generators did. */
export interface Generation {
  readonly before: Fingerprints;
  readonly after: Fingerprints;
  /** Warnings of buf and its plugins; empty if there are none. */
  readonly messages: string;
}

/**
 * Runs `buf generate` for a project.
 *
 * @param progress printed if it takes longer than a second
 * @returns undefined if there is no proto yet: then nothing ran
 * @throws Failure for what the user or the installation got wrong
 */
export async function runGenerators(host: Host, project: Project, progress?: string): Promise<Generation | undefined> {
  checkStrategy(project);
  if (!hasOwnProtos(project)) return undefined;
  const folders = outputFolders(project);
  const before = fingerprints(project, folders);
  checkNothingByHand(project, before);
  const { exitCode, stdout, stderr } = await runBuf(host, project, ["generate"], progress);
  const messages = bufMessages(project, stdout + stderr);
  if (exitCode !== 0) throw failed(messages);
  return { before, after: fingerprints(project, folders), messages };
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
