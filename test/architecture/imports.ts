import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";

/** The repository. */
export const root: string = join(import.meta.dirname, "../..");

/** Sources by their path in the repository. */
export type Sources = ReadonlyMap<string, string>;

/** Reads the sources below some folders, without tests, their data, and what is installed or built. */
export function readSources(folders: readonly string[]): Sources {
  const sources = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join("/");
      if (!entry.isFile() || !path.endsWith(".ts") || path.endsWith(".test.ts")) continue;
      if (/(^|\/)(node_modules|dist|testdata)\//.test(path)) continue;
      sources.set(path, readFileSync(join(root, path), "utf8"));
    }
  }
  return sources;
}

// `from "x"`, `import "x"` and `import("x")`; what is in a comment at the start of a line does not count, nor what is
// between the quotes behind two texts, `"from", "x"`: a module has no spaces in its name.
const importOf = /(?:\bfrom\s*|\bimport\s*\(?\s*)["']([^"'\s]+)["']/g;

/** What a source imports: paths in the repository, or names of packages. */
export function importsOf(path: string, source: string): readonly string[] {
  const code = source.replace(/^\s*(\*|\/\/|\/\*).*$/gm, "");
  return [...code.matchAll(importOf)].map(([, target = ""]) =>
    target.startsWith(".") ? posix.normalize(posix.join(dirname(path), target)) : target,
  );
}
