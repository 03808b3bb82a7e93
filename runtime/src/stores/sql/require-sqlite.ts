import { isBuiltin } from "node:module";
import { EgoError } from "../../error/ego-error.ts";
import { checkNodeVersion } from "../../error/node-version.ts";

/**
 * Refuses a Node that cannot run a SQLite store, before anything of it is loaded.
 *
 * @throws EgoError `unsupported`
 */
export function requireSqlite(
  version: string = process.versions.node,
  builtin: boolean = isBuiltin("node:sqlite"),
): void {
  checkNodeVersion(version);
  if (!builtin) {
    throw new EgoError(
      "unsupported",
      `ego's SQLite store needs Node's own "node:sqlite", and this Node ${version} was built without it. Use Node >= 22.18 as nodejs.org ships it, or sqliteStore({ filename, driver: "better-sqlite3" }).`,
    );
  }
}
