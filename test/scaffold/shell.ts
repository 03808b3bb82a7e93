import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "../..");

/**
 * What a user has: the system's programs, not those of this repository. Packages come from npm's cache if they can.
 */
export const userEnv: Readonly<Record<string, string | undefined>> = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:VITEST|NODE_(?!(?:EXTRA_CA_CERTS|COMPILE_CACHE)$)|npm_lifecycle)/.test(name),
    ),
  ),
  PATH: (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.startsWith(root))
    .join(delimiter),
  NO_COLOR: "1",
  npm_config_prefer_offline: "true",
};

/** What became of a program. */
export interface Ran {
  readonly exitCode: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program as a user would. */
export function run(
  cwd: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Ran> {
  return new Promise((done) =>
    execFile(command, args, { cwd, env: { ...userEnv, INIT_CWD: cwd, ...env } }, (error, stdout, stderr) =>
      done({ exitCode: error === null ? 0 : error.code, stdout, stderr }),
    ),
  );
}

/** What a program printed to standard output that has to succeed: where it does not, its output is the one to be seen. */
export async function output(...args: Parameters<typeof run>): Promise<string> {
  return succeeded(await run(...args)).stdout;
}

/** Without this step no other can succeed. */
export function succeeded(ran: Ran): Ran {
  if (ran.exitCode !== 0) throw new Error(`exit code ${ran.exitCode}\n${ran.stdout}${ran.stderr}`);
  return ran;
}
