import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

const servers = join(import.meta.dirname, "..");
/** SQLite's code for a lock that somebody else has. */
const busy = 5;

/**
 * Installs the dependencies of a folder if they are not those of its lockfile, one process at a time, and returns where
 * the package is.
 *
 * @throws Error if the package did not come
 */
export async function install(name: string, folder: string = servers): Promise<string> {
  const lockfile = readFileSync(join(folder, "package-lock.json"), "utf8");
  const path = join(folder, "node_modules", name);
  // Written last: an installation that was interrupted, or brought less, has none.
  const done = join(folder, "node_modules/.installed.json");
  const installed = () => existsSync(done) && readFileSync(done, "utf8") === lockfile;
  if (!(`node_modules/${name}` in JSON.parse(lockfile).packages)) throw new Error(`there is no ${name}`);
  if (installed()) return path;
  using _lock = await lockFile(join(folder, "install.db"));
  if (installed()) return path;
  console.warn(`Installing ${name} for the tests …`);
  const output = await npmCi(folder);
  // npm takes it lightly that an optional package cannot be fetched.
  if (!existsSync(path)) throw new Error(`npm brought no ${name} (${/failed with \w+/.exec(output)?.[0] ?? output})`);
  writeFileSync(done, lockfile);
  return path;
}

/** Holds a lock that ends with the process, however that ends: SQLite's on a file. */
async function lockFile(path: string): Promise<Disposable> {
  const database = new DatabaseSync(path);
  for (;;) {
    try {
      database.exec("begin exclusive");
      return { [Symbol.dispose]: () => database.close() };
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== busy) throw error;
      await setTimeout(100);
    }
  }
}

async function npmCi(folder: string): Promise<string> {
  // `http`: npm says why it could not fetch something.
  const { stdout, stderr } = await promisify(execFile)("npm", ["ci", "--loglevel=http"], { cwd: folder });
  return `${stderr}${stdout}`.trim();
}
