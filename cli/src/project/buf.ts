import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { Failure } from "../failure.ts";
import { type Finished, runChild } from "../terminal/child.ts";
import type { Host } from "../terminal/host.ts";
import { printableName } from "../terminal/printable.ts";
import { keepingCompiled } from "./compile-cache.ts";
import type { Project } from "./project.ts";

/** How buf runs. */
export interface BufOptions {
  /** Printed if it takes longer than a second. */
  readonly progress?: string;
  /** Where it runs, if it is not at the root of the project. */
  readonly folder?: string;
}

/**
 * Runs the project's own buf at its root.
 *
 * @throws Failure if it is not installed.
 */
export function runBuf(
  host: Host,
  project: Project,
  args: readonly string[],
  { progress, folder = project.root }: BufOptions = {},
): Promise<Finished> {
  const installed = installedBuf(project);
  // The plugins say `#!/usr/bin/env node`: they get this Node, not one that may be too old.
  const path = [join(project.root, "node_modules", ".bin"), dirname(process.execPath), host.env.PATH];
  const options = {
    cwd: folder,
    env: { ...keepingCompiled(host, project), ...uncollected(host), PATH: path.filter(Boolean).join(delimiter) },
    ...(progress === undefined ? {} : { progress }),
  };
  // Says what is wrong with the installation, if anything is.
  const byScript = () => runChild(host, process.execPath, [join(installed, "bin", "buf"), ...args], options);
  const program = platformBuf(installed);
  return program === undefined ? byScript() : runChild(host, program, args, options).catch(byScript);
}

/**
 * buf has ended before it is worth collecting its garbage, which takes a fifth of its time: it does so from a size on that
 * only a mistake has, or as the user says.
 */
function uncollected({ env: { GOGC, GOMEMLIMIT } }: Host): Host["env"] {
  return GOGC || GOMEMLIMIT ? {} : { GOGC: "off", GOMEMLIMIT: "1GiB" };
}

/** The program that buf's script starts on this platform: a Node less. Undefined where only the script knows. */
function platformBuf(installed: string): string | undefined {
  const require = createRequire(join(installed, "package.json"));
  try {
    const { optionalDependencies = {} } = require("./package.json") as {
      optionalDependencies?: Readonly<Record<string, string>>;
    };
    const name = `@bufbuild/buf-${process.platform}-${process.arch}`.replace("linux-arm64", "linux-aarch64");
    if (!(name in optionalDependencies)) return undefined;
    return require.resolve(`${name}/bin/buf${process.platform === "win32" ? ".exe" : ""}`);
  } catch {
    return undefined;
  }
}

function installedBuf(project: Project): string {
  try {
    return dirname(createRequire(join(project.root, "package.json")).resolve("@bufbuild/buf/package.json"));
  } catch {
    throw new Failure(
      "environment",
      `buf is not installed in ${printableName(project.root)}. Run \`npm install\` there.`,
    );
  }
}
