import { develop } from "../dev/develop.ts";
import { Failure } from "../failure.ts";
import { findProject } from "../project/project.ts";
import type { Host } from "../terminal/host.ts";
import { untilStopped } from "../terminal/until-stopped.ts";

/** Options of `ego dev`. */
export interface DevOptions {
  /** Whether handlers that are missing are inserted. */
  readonly sync: boolean;
  /** Milliseconds, as typed. */
  readonly grace: string;
  readonly json?: boolean;
}

/**
 * `ego dev`: runs the program of the project, and starts it again at each change, until a signal comes. A second one does
 * not wait for the program to end.
 *
 * @throws Failure if there is nothing to run, or the installation is at fault
 */
export async function dev(
  host: Host,
  file: string | undefined,
  args: readonly string[],
  options: DevOptions,
): Promise<void> {
  const project = findProject(host.cwd);
  const { sync, json = false } = options;
  const program = typed(file, args);
  await untilStopped(async (stop) => {
    await develop(host, project, { program, sync, json, graceMs: millisecondsOf(options.grace) }, stop);
  });
}

/** What begins with a dash is for the program: with `ego dev -- --port 8080`, the program is the project's. */
function typed(file: string | undefined, args: readonly string[]) {
  return file?.startsWith("-") ? { args: [file, ...args] } : { file, args };
}

function millisecondsOf(text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new Failure("input", `\`--grace ${text}\` is no number of milliseconds. Write \`--grace 5000\`.`);
}
