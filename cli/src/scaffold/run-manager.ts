import { Failure } from "../failure.ts";
import { type Finished, runChild } from "../terminal/child.ts";
import type { Host } from "../terminal/host.ts";
import type { PackageManager } from "./package-manager.ts";

const quiet: Readonly<Record<PackageManager, readonly string[]>> = {
  npm: ["--no-fund", "--no-audit", "--loglevel=error"],
  pnpm: [],
  yarn: [],
};

/**
 * Installs the packages of a project.
 *
 * @throws Failure if there is no such package manager, or if it fails; then with all that it printed.
 */
export async function installPackages(host: Host, folder: string, manager: PackageManager): Promise<void> {
  await runManager(host, folder, manager, ["install"]);
}

/**
 * Runs npm in a folder.
 *
 * @throws Failure if there is no npm, or if it fails; then with all that it printed.
 */
export function runNpm(host: Host, folder: string, args: readonly string[]): Promise<Finished> {
  return runManager(host, folder, "npm", args);
}

async function runManager(
  host: Host,
  folder: string,
  manager: PackageManager,
  args: readonly string[],
): Promise<Finished> {
  const finished = await runChild(host, manager, [...args, ...quiet[manager]], {
    cwd: folder,
    env: outsideOfScripts(host.env),
  }).catch(() => {
    throw new Failure("environment", `${manager} is not installed, or not in PATH.`);
  });
  if (finished.exitCode === 0) return finished;
  const output = `${finished.stdout}${finished.stderr}`.trim();
  throw new Failure("environment", `${output}\n\`${manager} ${args[0]}\` failed.`);
}

/** Without what `npm run` tells a script about the package that it belongs to; the user's own settings stay. */
function outsideOfScripts(env: Host["env"]): Host["env"] {
  const ofScript = /^(?:npm_(?:lifecycle_|package_|command$|config_local_prefix$)|INIT_CWD$)/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ofScript.test(name)));
}
