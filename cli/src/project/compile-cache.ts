import { existsSync, lstatSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { dirname, join } from "node:path";
import type { Host } from "../terminal/host.ts";
import type { Project } from "./project.ts";

/**
 * Where Node keeps the compiled form of the programs of a project, which makes their next start faster: `.cache/ego` in the
 * nearest `node_modules`, that of the workspace if a package has none of its own. Undefined if there is none, or if that is
 * a link to elsewhere. So it is where `CI` is set, unless something is kept already: there it would be written for nobody.
 */
export function compileCache({ env }: Pick<Host, "env">, { root }: Project): string | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules");
    const found = lstatSync(modules, { throwIfNoEntry: false });
    if (found) {
      const cache = join(modules, ".cache/ego");
      return found.isDirectory() && (!env.CI || existsSync(cache)) ? cache : undefined;
    }
    if (dirname(folder) === folder) return undefined;
  }
}

/** Has this process use it for what it loads from here on. */
export function keepCompiled(host: Pick<Host, "env">, project: Project): void {
  const folder = compileCache(host, project);
  if (folder !== undefined) enableCompileCache(folder);
}

/** The variables of programs that are to use it: those of this one, which may say something else. */
export function keepingCompiled(host: Pick<Host, "env">, project: Project): Host["env"] {
  const folder = compileCache(host, project);
  return folder === undefined ? host.env : { NODE_COMPILE_CACHE: folder, ...host.env };
}
