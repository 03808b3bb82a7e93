import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundled } from "./bundled.ts";

const thread = join(import.meta.dirname, "../runtime/src/stores/sql/sqlite-worker.ts");

/**
 * Makes SQLite's thread one file, which vitest.config.ts has it run from: tests start hundreds of them, and from the
 * sources each loads hundreds of files.
 */
export default async function bundleThread(): Promise<void> {
  if (process.env.EGO_TEST_SQLITE_THREAD) return;
  const { "sqlite-worker": file } = await bundled({ "sqlite-worker": thread });
  process.env.EGO_TEST_SQLITE_THREAD = pathToFileURL(file).href;
}
