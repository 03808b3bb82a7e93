import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the installed package `@ego/cli`: the same from source and from `dist`. */
export const packageFolder: string = dirname(dirname(fileURLToPath(import.meta.url)));

/** The version of this package, and of the packages that belong to it. */
export function version(): string {
  const { version } = JSON.parse(readFileSync(`${packageFolder}/package.json`, "utf8")) as { version: string };
  return version;
}
