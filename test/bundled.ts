import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";

const root = join(import.meta.dirname, "..");

/** What stays outside: packages that load something native, or are one of several drivers. */
const external = ["better-sqlite3", "mysql2", "mysql2/promise", "pg", "pg-native"];

/**
 * Makes programs of tests one file each, with the sources and packages that they import: from the sources such a program
 * takes a second of a processor to start, four times as long, and there are tests that start one again and again.
 *
 * @param programs their files, by name
 * @returns the files to run instead
 */
export async function bundled<const Name extends string>(
  programs: Readonly<Record<Name, string>>,
): Promise<Readonly<Record<Name, string>>> {
  // What a run compiled goes with it, also if this process is ended by a signal.
  const folder = mkdtempSync(join(process.env.NODE_COMPILE_CACHE || tmpdir(), "ego-programs-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const build = await rolldown({
    // The thread of SQLite is looked for beside who starts it.
    input: { ...programs, "sqlite-worker": join(root, "runtime/src/stores/sql/sqlite-worker.ts") },
    platform: "node",
    external,
    resolve: { conditionNames: ["@ego/source", "node", "import", "default"] },
  });
  await build.write({ dir: folder, format: "esm", entryFileNames: "[name].js" });
  await build.close();
  const names = Object.keys(programs) as Name[];
  return Object.fromEntries(names.map((name) => [name, join(folder, `${name}.js`)])) as Record<Name, string>;
}
