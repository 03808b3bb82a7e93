import { DatabaseSync } from "node:sqlite";
import type { OpenSqlite } from "./sqlite-database.ts";

/** Opens a database by Node's own SQLite. */
export const openNodeSqlite: OpenSqlite = (filename, { timeoutMs, readOnly = false }) =>
  new DatabaseSync(filename, { timeout: timeoutMs, readOnly });
