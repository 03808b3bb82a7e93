import { MysqlAdapter, PostgresAdapter, SqliteAdapter } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import type { AnyDatabase, TableDialect } from "./dialect.ts";
import { mysql } from "./mysql.ts";
import { postgres } from "./postgres.ts";
import { sqlite } from "./sqlite.ts";

/**
 * The dialect of a database.
 *
 * @throws EgoError `unsupported` if ego has no tables there
 */
export function dialectOf(db: AnyDatabase): TableDialect {
  const { adapter } = db.getExecutor();
  if (adapter instanceof SqliteAdapter) return sqlite;
  if (adapter instanceof PostgresAdapter) return postgres;
  if (adapter instanceof MysqlAdapter) return mysql;
  throw new EgoError(
    "unsupported",
    `ego's tables are for SQLite, Postgres, MySQL and MariaDB: the adapter ${adapter.constructor.name} of this Kysely is of none of them.`,
  );
}
