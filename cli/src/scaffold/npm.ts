import { Failure } from "../failure.ts";
import { type Finished, runChild } from "../terminal/child.ts";
import type { Host } from "../terminal/host.ts";

/**
 * Runs npm in a folder.
 *
 * @throws Failure if there is no npm, or if it fails; then with all that it printed.
 */
export async function runNpm(host: Host, folder: string, args: readonly string[]): Promise<Finished> {
  const finished = await runChild(host, "npm", [...args, "--no-fund", "--no-audit", "--loglevel=error"], {
    cwd: folder,
    env: outsideOfScripts(host.env),
  }).catch(() => {
    throw new Failure("environment", "npm is not installed, or not in PATH.");
  });
  if (finished.exitCode === 0) return finished;
  const output = `${finished.stdout}${finished.stderr}`.trim();
  throw new Failure("environment", `${output}\n\`npm ${args[0]}\` failed.`);
}

/** Without what `npm run` tells a script about the package that it belongs to; the user's own settings stay. */
function outsideOfScripts(env: Host["env"]): Host["env"] {
  const ofScript = /^(?:npm_(?:lifecycle_|package_|command$|config_local_prefix$)|INIT_CWD$)/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ofScript.test(name)));
}
