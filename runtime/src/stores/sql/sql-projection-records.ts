import { type Kysely, sql } from "kysely";
import type { ProjectionRecord, ProjectionRole, ProjectionVersion } from "../../journal/projection-store.ts";
import type { JournalDatabase } from "./schema.ts";
import { plainText } from "./sql-values.ts";

/**
 * A role as it is stored. `promoting` and `demoting`, on a database that commits the change of a table's name by itself:
 * the building one is on its way to be live, and the live one to be the previous. Nobody can tell then by the roles which
 * table is whose, until the promotion is done again.
 */
export type StoredRole = ProjectionRole | "promoting" | "demoting";

/** A row of `ego_projections`, as drivers give it. */
export interface ProjectionRow {
  readonly name: unknown;
  readonly version: unknown;
  readonly role: unknown;
  readonly wanted: unknown;
  readonly failure: unknown;
  readonly parts: unknown;
  readonly begun_at: unknown;
}

/** A version as it is in the database. */
export interface StoredVersion {
  readonly record: ProjectionRecord;
  readonly role: StoredRole;
}

/** The versions of a projection, ascending; of all of them, by name, if none is given. */
export async function versionsOf(db: Kysely<JournalDatabase>, name?: string): Promise<readonly StoredVersion[]> {
  const all = db.selectFrom("ego_projections").selectAll().orderBy("name").orderBy("version");
  const rows = await (name === undefined ? all : all.where("name", "=", name)).execute();
  return rows.map((row) => ({ record: recordOf(row), role: storedRoleOf(row.role) }));
}

/** A version of a projection; undefined if there is none. */
export async function versionOf(
  db: Kysely<JournalDatabase>,
  { name, version }: ProjectionVersion,
): Promise<StoredVersion | undefined> {
  return (await versionsOf(db, name)).find(({ record }) => record.version === version);
}

/** Says what versions of one projection are, in one statement. */
export async function setRoles(
  db: Kysely<JournalDatabase>,
  name: string,
  roles: readonly (readonly [version: number, role: StoredRole])[],
): Promise<void> {
  const cases = roles.map(([version, role]) => sql`when ${sql.lit(version)} then ${sql.lit(role)}`);
  await db
    .updateTable("ego_projections")
    .set({ role: sql<string>`case version ${sql.join(cases, sql` `)} end` })
    .where("name", "=", name)
    .where(
      "version",
      "in",
      roles.map(([version]) => version),
    )
    .execute();
}

/** A row as it is told outside. */
export function recordOf(row: ProjectionRow): ProjectionRecord {
  const role = storedRoleOf(row.role);
  return {
    name: plainText(row.name),
    version: Number(row.version),
    role: role === "promoting" ? "building" : role === "demoting" ? "live" : role,
    wanted: plainText(row.wanted) as ProjectionRecord["wanted"],
    failure: row.failure === null ? undefined : plainText(row.failure),
    parts: Number(row.parts),
    begunAt: Number(row.begun_at),
  };
}

/** A role as a driver gives it. */
export function storedRoleOf(value: unknown): StoredRole {
  return plainText(value) as StoredRole;
}
