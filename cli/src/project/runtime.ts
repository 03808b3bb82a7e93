import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Failure } from "../failure.ts";
import { printableName } from "../terminal/printable.ts";

/**
 * Loads a part of `@ego/runtime`, as `sqlite`: the one that is installed where the user stands, which knows the format of
 * the project, or else the one that belongs to this `ego`.
 *
 * @throws Failure if there is none, or if it lacks a package
 */
export async function loadRuntime<Part>(folder: string, part: string): Promise<Part> {
  const name = `@ego/runtime/${part}`;
  for (const base of [join(folder, "package.json"), import.meta.url]) {
    let file: string;
    try {
      file = createRequire(base).resolve(name);
    } catch {
      continue;
    }
    try {
      return (await import(pathToFileURL(file).href)) as Part;
    } catch (error) {
      throw new Failure("environment", `${name} cannot be loaded: ${error instanceof Error ? error.message : error}`);
    }
  }
  throw new Failure(
    "environment",
    `@ego/runtime is not installed in ${printableName(folder)}. Run \`npm install @ego/runtime kysely\` there.`,
  );
}
