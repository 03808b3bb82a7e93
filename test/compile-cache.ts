import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Lets the processes and threads of a run share what Node compiles. Tests start hundreds of both from the sources, and
 * each would strip the types of the same files again.
 *
 * A cache for each run, because the files of temporary projects would stay in one that is kept.
 */
export default function shareCompileCache(): (() => void) | undefined {
  if (process.env.NODE_COMPILE_CACHE || process.env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "ego-compile-cache-"));
  process.env.NODE_COMPILE_CACHE = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}
