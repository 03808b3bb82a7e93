import { isBuiltin } from "node:module";
import { EgoError } from "../../error/ego-error.ts";

/**
 * Refuses a Node that cannot run a SQLite store, before anything of it is loaded.
 *
 * @throws EgoError `unsupported`
 */
export function requireSqlite(
  version: string = process.versions.node,
  builtin: boolean = isBuiltin("node:sqlite"),
): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < 22 || (major === 22 && minor < 18)) {
    throw new EgoError(
      "unsupported",
      `ego needs Node >= 22.18, this is ${version}. Start the program with a newer Node.`,
    );
  }
  if (!builtin) {
    throw new EgoError(
      "unsupported",
      `ego's SQLite store needs Node's own "node:sqlite", and this Node ${version} was built without it. Use Node >= 22.18 as nodejs.org ships it.`,
    );
  }
}
