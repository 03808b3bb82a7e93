import { existsSync } from "node:fs";
import { Kysely } from "kysely";
import type { EntityTable } from "../../codegen/entity.ts";
import type { SchemaStatus } from "../../journal/migrations.ts";
import { tableStatuses } from "../../tables/create-tables.ts";
import { lookAt } from "./migrations/migrate.ts";
import { sqliteMigrations } from "./migrations/sqlite.ts";
import type { JournalDatabase } from "./schema.ts";
import { noteCopy } from "./sqlite-copies.ts";
import { loadSqlite, type SqliteDriverName } from "./sqlite-database.ts";
import { connectionDialect } from "./sqlite-dialect.ts";
import { sqliteFailure } from "./sqlite-failure.ts";

/** Which file is looked at. */
interface SqliteFile {
  readonly filename: string;
  readonly driver: SqliteDriverName;
  readonly busyTimeoutMs: number;
}

/**
 * Where the schema of a journal in a file stands. The file need not exist.
 *
 * @throws EgoError `unsupported` if it was written by a newer runtime, or what opening the file throws
 */
export async function lookAtSqlite(file: SqliteFile, entities: readonly EntityTable[]): Promise<SchemaStatus> {
  const { filename, driver, busyTimeoutMs } = file;
  const place = { store: "SQLite", place: filename };
  const tables = entities.flatMap(({ table }) => table ?? []);
  if (!existsSync(filename)) {
    const migrations = Object.keys(sqliteMigrations).map((name) => ({ name }));
    const missing = tables.map(({ name }) => ({ name, present: false, missingIndexes: [] }));
    return { ...place, migrations, tables: missing };
  }
  const openSqlite = await loadSqlite(driver);
  const forget = noteCopy(filename, driver);
  try {
    const database = openSqlite(filename, { timeoutMs: busyTimeoutMs, readOnly: true });
    const db = new Kysely<JournalDatabase>({ dialect: connectionDialect(database) });
    try {
      const journal = await lookAt(db, { migrations: sqliteMigrations, journal: filename });
      return { ...place, ...journal, tables: await tableStatuses(db, tables) };
    } finally {
      await db.destroy();
    }
  } catch (failure) {
    throw sqliteFailure(failure, filename, true);
  } finally {
    forget();
  }
}
