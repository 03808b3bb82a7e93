import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { EgoError } from "../../error/ego-error.ts";
import type { SqliteDriverName } from "./sqlite-database.ts";

// By file: which copy of SQLite has it open, and how often.
const open = new Map<string, { readonly driver: SqliteDriverName; count: number }>();

/**
 * Notes that this process opens a file by a driver, until the function that is returned is called.
 *
 * The drivers are two copies of SQLite. The locks of files belong to the process, so that one copy does not see those of
 * the other, and drops them when it closes the file: https://sqlite.org/howtocorrupt.html, 2.2.1.
 *
 * @throws EgoError `invalid_argument` if the file is open by another driver
 */
export function noteCopy(filename: string, driver: SqliteDriverName): () => void {
  if (filename === ":memory:") return () => undefined;
  const file = realFile(filename);
  const noted = open.get(file) ?? { driver, count: 0 };
  if (noted.driver !== driver) {
    throw new EgoError(
      "invalid_argument",
      `This process has the file ${JSON.stringify(filename)} open by ${noted.driver}, and ${driver} would undo its locks. Use one of them for all that opens the file.`,
    );
  }
  noted.count++;
  open.set(file, noted);
  let closed = false;
  return () => {
    if (closed) return;
    closed = true;
    if (--noted.count === 0) open.delete(file);
  };
}

/** The file itself need not be there yet. */
function realFile(filename: string): string {
  try {
    return realpathSync(filename);
  } catch {
    try {
      return join(realpathSync(dirname(filename)), basename(filename));
    } catch {
      return filename;
    }
  }
}
