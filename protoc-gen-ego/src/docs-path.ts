import { isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The file that explains every code, as it is to be shown: relative to the working directory where it lies below that,
 * so that terminals make a link of it.
 */
export function docsPath(): string {
  // It is copied into the package when that is built; from source, it is that of the repository.
  const folder = import.meta.url.endsWith(".ts") ? "../../docs/" : "../docs/";
  const path = fileURLToPath(new URL(`${folder}diagnostics.md`, import.meta.url));
  const below = relative(process.cwd(), path);
  return below.startsWith("..") || isAbsolute(below) ? path : below;
}
