import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { EgoError } from "../../error/ego-error.ts";

/**
 * The file of a database: its path, relative to the working directory, `":memory:"`, or its URL, which does not depend on
 * that: `new URL("../app.db", import.meta.url)`, or the same as text.
 */
export type SqliteFilename = string | { readonly href: string };

/**
 * The path of a file, made absolute now: whoever opens it again opens the same one, wherever the program went meanwhile.
 *
 * @param use how it should be written, for the message
 * @throws EgoError `invalid_argument` if it is neither a path nor the URL of a file, or a URL with more than a file
 */
export function sqlitePath(filename: SqliteFilename, use: string): string {
  const path = typeof filename === "string" && !filename.startsWith("file:") ? filename : pathOfUrl(filename);
  if (path === undefined || path === "" || path.includes("\0")) {
    throw new EgoError(
      "invalid_argument",
      `SQLite needs the path of its file, or its file:// URL, without a query: ${use}.`,
    );
  }
  return path === ":memory:" ? path : resolve(path);
}

function pathOfUrl(filename: SqliteFilename | undefined): string | undefined {
  const text = typeof filename === "string" ? filename : filename?.href;
  // SQLite has names of its own that begin so: `file:app.db` is relative, and `?mode=ro` is a setting.
  if (!text?.startsWith("file://")) return undefined;
  try {
    const url = new URL(text);
    return url.search === "" && url.hash === "" ? fileURLToPath(url) : undefined;
  } catch {
    return undefined;
  }
}
