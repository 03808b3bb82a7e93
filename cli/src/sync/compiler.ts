import { statSync } from "node:fs";
import { createRequire, enableCompileCache } from "node:module";
import { join } from "node:path";
import type { ts } from "@ts-morph/common";
import { isInside, type Project } from "../project/project.ts";

export type { ts } from "@ts-morph/common";

/** The TypeScript compiler. */
export type Compiler = typeof ts;

const require = createRequire(import.meta.url);
let loaded: Compiler | undefined;

/** Loads the compiler, once; that takes a third of a second. Not with what ts-morph has besides it. */
export function compiler(): Compiler {
  loaded ??= require("@ts-morph/common/dist/typescript.js") as Compiler;
  return loaded;
}

/**
 * Has Node keep the compiled form of what is loaded from here on in `node_modules/.cache/ego` of the project, which makes
 * the next start of the compiler three times as fast. Where there is no such folder, or elsewhere, nothing is kept.
 */
export function keepCompiled(project: Project): void {
  const modules = join(project.root, "node_modules");
  if (statSync(modules, { throwIfNoEntry: false })?.isDirectory() && isInside(project, modules)) {
    enableCompileCache(join(modules, ".cache/ego"));
  }
}

/** The libraries of the compiler, by name: `lib.es2024.d.ts`. */
export function libraries(): ReadonlyMap<string, string> {
  const { getLibFiles } = require("@ts-morph/common") as typeof import("@ts-morph/common");
  return new Map(getLibFiles().map(({ fileName, text }) => [fileName, text]));
}
