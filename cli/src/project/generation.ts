import { Failure } from "../failure.ts";
import type { Host } from "../terminal/host.ts";
import { runBuf } from "./buf.ts";
import { bufIsIncomplete, bufMessages, isMachine, pluginIsMissing } from "./buf-messages.ts";
import { type Fingerprints, fingerprints, outputFolders } from "./outputs.ts";
import { hasOwnProtos } from "./own-protos.ts";
import { checkStrategy } from "./plugin-strategy.ts";
import type { Project } from "./project.ts";
import { checkNothingByHand } from "./written-by-hand.ts";

/** What one run of the generators did to the files of a project. */
export interface Generation {
  readonly before: Fingerprints;
  readonly after: Fingerprints;
  /** Warnings of buf and its plugins; empty if there are none. */
  readonly messages: string;
}

/** How to generate. */
export interface GenerationOptions {
  /** Printed if it takes longer than a second. */
  readonly progress?: string;
  /** A folder that stands for the root of the project: what buf.gen.yaml names is written below it. */
  readonly into?: string;
  /** An image that stands for the protos, as `imageToGenerate` makes it. */
  readonly image?: string;
}

/**
 * Generates the code of a project, unless that would lose something.
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
  const messages = await runGeneration(host, project, progress === undefined ? {} : { progress });
  return { before, after: fingerprints(project, folders), messages };
}

/**
 * Runs `buf generate` for a project, as it stands.
 *
 * @returns what buf and its plugins said: warnings
 * @throws Failure for what the user or the installation got wrong
 */
export async function runGeneration(
  host: Host,
  project: Project,
  { into, image, ...options }: GenerationOptions = {},
): Promise<string> {
  const args = ["generate", ...(image === undefined ? [] : [image]), ...(into === undefined ? [] : ["-o", into])];
  const { exitCode, stdout, stderr } = await runBuf(host, project, args, options);
  const messages = bufMessages(project, stdout + stderr);
  if (exitCode !== 0) throw failed(messages);
  return messages;
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
