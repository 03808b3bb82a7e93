import { existsSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { Failure } from "../failure.ts";
import { printableName } from "../terminal/printable.ts";
import { upwards } from "../upwards.ts";

/** A user's project: the folder with buf.yaml and buf.gen.yaml. */
export interface Project {
  /** Absolute, symbolic links resolved. */
  readonly root: string;
}

/**
 * Finds the project that `cwd` is in: the nearest folder, upwards, with a buf.yaml or buf.gen.yaml.
 *
 * @throws Failure if there is none, or if one of the two files is missing.
 */
export function findProject(cwd: string): Project {
  const start = realpathSync(cwd);
  for (const folder of upwards(start)) {
    const config = existsSync(join(folder, "buf.yaml"));
    const template = existsSync(join(folder, "buf.gen.yaml"));
    if (config && template) return { root: folder };
    if (config || template) throw incomplete(folder, config);
  }
  throw none(start);
}

/** Whether the path is the root of the project or below it. Symbolic links count as what they point to. */
export function isInside({ root }: Project, path: string): boolean {
  const way = relative(root, resolveLinks(resolve(root, path)));
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Resolves the symbolic links in as much of the path as exists. What is written through a link to nothing is made there. */
function resolveLinks(path: string, links = 40): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    if (parent === path) return path;
    const place = join(resolveLinks(parent, links), basename(path));
    const target = linkTarget(place);
    return target === undefined || links === 0 ? place : resolveLinks(resolve(dirname(place), target), links - 1);
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function none(start: string): Failure {
  return new Failure(
    "input",
    `There is no buf.yaml or buf.gen.yaml in ${printableName(start)}, nor in a folder above it.
Go to the folder of your project, or make a project: \`ego init <folder>\`.`,
  );
}

function incomplete(folder: string, config: boolean): Failure {
  const [present, missing, purpose] = config
    ? ["buf.yaml", "buf.gen.yaml", "what to generate, and where to"]
    : ["buf.gen.yaml", "buf.yaml", "where the protos are"];
  return new Failure(
    "input",
    `${printableName(folder)} has a ${present}, but no ${missing}, which says ${purpose}.
\`ego init <folder>\` makes a project with both.`,
  );
}
