import { existsSync, lstatSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import type { Host } from "../terminal/host.ts";
import { modulesFolder } from "./modules-folder.ts";
import type { Project } from "./project.ts";

/**
 * Where Node keeps the compiled form of the programs of a project, which makes their next start faster: `.cache/ego` in the
 * `node_modules` that buf is installed in, its own or that of the workspace. Undefined if there is none, or if that is a
 * link to elsewhere; and where `CI` is set, unless the folder is there: it would be written for nobody.
 */
export function compileCache({ env }: Pick<Host, "env">, { root }: Project): string | undefined {
  const modules = modulesFolder(root, "@bufbuild/buf");
  if (modules === undefined || !lstatSync(modules).isDirectory()) return undefined;
  const cache = join(modules, ".cache/ego");
  return !env.CI || existsSync(cache) ? cache : undefined;
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
