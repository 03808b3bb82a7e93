import { existsSync } from "node:fs";
import { Kysely } from "kysely";
import type { EntityTable } from "../../codegen/entity.ts";
import type { ProjectMigrations, SchemaStatus } from "../../journal/migrations.ts";
import { tableStatuses } from "../../tables/create-tables.ts";
import { lookAt } from "./migrations/migrate.ts";
import { lookAtProject, migrateProject } from "./migrations/project.ts";
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
export async function lookAtSqlite(
  file: SqliteFile,
  entities: readonly EntityTable[],
  project?: ProjectMigrations,
): Promise<SchemaStatus> {
  const { filename, driver, busyTimeoutMs } = file;
  const place = { store: "SQLite", place: filename };
  const tables = entities.flatMap(({ table }) => table ?? []);
  if (!existsSync(filename)) {
    const migrations = Object.keys(sqliteMigrations).map((name) => ({ name }));
    const missing = tables.map(({ name }) => ({ name, present: false, missingIndexes: [] }));
    const projectMigrations =
      project &&
      Object.keys(project)
        .toSorted()
        .map((name) => ({ name }));
    return { ...place, migrations, ...(projectMigrations ? { projectMigrations } : {}), tables: missing };
  }
  const openSqlite = await loadSqlite(driver);
  const forget = noteCopy(filename, driver);
  try {
    const database = openSqlite(filename, { timeoutMs: busyTimeoutMs, readOnly: true });
    const db = new Kysely<JournalDatabase>({ dialect: connectionDialect(database) });
    try {
      const journal = await lookAt(db, { migrations: sqliteMigrations, journal: filename });
      const projectMigrations = project && (await lookAtProject(db, project, {}));
      return {
        ...place,
        ...journal,
        ...(projectMigrations ? { projectMigrations } : {}),
        tables: await tableStatuses(db, tables),
      };
    } finally {
      await db.destroy();
    }
  } catch (failure) {
    throw sqliteFailure(failure, filename, true);
  } finally {
    forget();
  }
}

/** The work on the project's migrations that this thread does: two that wait for one lock would hold each other up. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Applies the pending migrations of a project to a file: all of them, or none. The journal is there.
 *
 * @returns the names of those that were applied
 * @throws EgoError as `migrateProject` does, or what opening the file throws
 */
export function migrateSqliteProject(file: SqliteFile, project: ProjectMigrations): Promise<readonly string[]> {
  const own = turn.then(() => migrateFile(file, project));
  turn = own.catch(() => undefined);
  return own;
}

async function migrateFile(file: SqliteFile, project: ProjectMigrations): Promise<readonly string[]> {
  const { filename, driver, busyTimeoutMs } = file;
  const openSqlite = await loadSqlite(driver);
  const database = openSqlite(filename, { timeoutMs: busyTimeoutMs });
  try {
    const db = new Kysely<JournalDatabase>({ dialect: connectionDialect(database) });
    // As where the journal is made: of two that do it at once, one waits here and then finds everything done.
    database.exec("begin immediate");
    const applied = await migrateProject(db, project, { journal: filename, atomic: true });
    database.exec("commit");
    return applied;
  } catch (failure) {
    throw sqliteFailure(failure, filename, false);
  } finally {
    // What is not committed goes with the connection.
    database.close();
  }
}
