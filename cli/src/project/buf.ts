import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { Failure } from "../failure.ts";
import { type Finished, runChild } from "../terminal/child.ts";
import type { Host } from "../terminal/host.ts";
import { printableName } from "../terminal/printable.ts";
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
  const bin = join(installedBuf(project), "bin", "buf");
  // The plugins say `#!/usr/bin/env node`: they get this Node, not one that may be too old.
  const path = [join(project.root, "node_modules", ".bin"), dirname(process.execPath), host.env.PATH];
  return runChild(host, process.execPath, [bin, ...args], {
    cwd: folder,
    env: { ...host.env, PATH: path.filter(Boolean).join(delimiter) },
    ...(progress === undefined ? {} : { progress }),
  });
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
