import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { EgoError } from "../../../error/ego-error.ts";
import { textOf } from "../../../error/text-of.ts";
import type { ProjectMigrationState, ProjectMigrations } from "../../../journal/migrations.ts";
import type { JournalDatabase } from "../schema.ts";

const table = "ego_project_migration";

/** Where the migrations of a project are applied. */
export interface ProjectPlace {
  /** The schema of its tables, where the database has such. */
  readonly schema?: string | undefined;
  /** What errors call it. */
  readonly journal: string;
  /** Whether what was done until a migration failed is taken back: by the database, or by the caller's transaction. */
  readonly atomic: boolean;
}

/**
 * Applies the pending migrations of a project, in order of their names; one that comes late, from another branch, is
 * applied as well. On SQLite the caller holds a transaction, since Kysely's own lock does nothing there.
 *
 * @returns the names of those that were applied
 * @throws EgoError `unsupported` if one fails, or if some were applied that are not among them
 */
export async function migrateProject(
  db: Kysely<JournalDatabase>,
  project: ProjectMigrations,
  place: ProjectPlace,
): Promise<readonly string[]> {
  const { schema, journal, atomic } = place;
  const states = await lookAtProject(db, project, place);
  const unknown = states.flatMap((state) => (state.unknown ? [state.name] : []));
  if (unknown.length > 0) {
    throw new EgoError(
      "unsupported",
      `The tables of "${journal}" were changed by migrations that this version of the project does not have: ${unknown.join(", ")}. Take the version that has them, or a newer one.`,
      { details: { journal, migrations: unknown } },
    );
  }
  if (states.every(({ appliedAt }) => appliedAt !== undefined)) return [];
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => scopedTo(schema, project) },
    migrationTableName: table,
    migrationLockTableName: `${table}_lock`,
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
    // Two branches make migrations side by side, and the older one may be merged last.
    allowUnorderedMigrations: true,
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error === undefined) return results.map(({ migrationName }) => migrationName);
  const failed = results.find(({ status }) => status === "Error");
  if (failed === undefined) throw error;
  const text = textOf(error).trimEnd();
  const kept = atomic
    ? "Nothing of it was kept, nor of those that were pending before it."
    : "What it did before that stays, since MySQL and MariaDB commit each statement by itself.";
  throw new EgoError(
    "unsupported",
    `The migration "${failed.migrationName}" failed on "${journal}": ${text}${/[.!?]$/.test(text) ? "" : "."} ${kept}`,
    { cause: error, details: { journal, migration: failed.migrationName } },
  );
}

/** Looks at which migrations of a project were applied, and changes nothing. */
export async function lookAtProject(
  db: Kysely<JournalDatabase>,
  project: ProjectMigrations,
  { schema }: Pick<ProjectPlace, "schema">,
): Promise<readonly ProjectMigrationState[]> {
  const applied = await appliedTo(db, schema);
  const names = new Set([...Object.keys(project), ...applied.keys()]);
  return [...names].toSorted().map((name) => {
    const appliedAt = applied.get(name);
    if (appliedAt === undefined) return { name };
    return Object.hasOwn(project, name) ? { name, appliedAt } : { name, appliedAt, unknown: true as const };
  });
}

async function appliedTo(
  db: Kysely<JournalDatabase>,
  schema: string | undefined,
): Promise<ReadonlyMap<string, number>> {
  const all = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!all.some(({ name, schema: its }) => name === table && (!schema || its === schema))) return new Map();
  const place = schema === undefined ? sql.table(table) : sql.id(schema, table);
  const { rows } = await sql<{ name: string; timestamp: string }>`select name, timestamp from ${place}`.execute(db);
  return new Map(rows.map(({ name, timestamp }) => [name, Date.parse(timestamp)]));
}

/** The tables of a project are where the journal is. */
function scopedTo(schema: string | undefined, project: ProjectMigrations): Readonly<Record<string, Migration>> {
  return Object.fromEntries(
    Object.entries(project).map(([name, migration]) => [
      name,
      { up: (db) => migration.up((schema === undefined ? db : db.withSchema(schema)) as never) } satisfies Migration,
    ]),
  );
}
