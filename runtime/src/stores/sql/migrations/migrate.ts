import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { EgoError } from "../../../error/ego-error.ts";
import { formatVersion, hashName, type JournalDatabase } from "../schema.ts";
import { journal } from "./0001-journal.ts";

const migrations: Readonly<Record<string, Migration>> = { "0001_journal": journal };

/** What is fixed since the journal was created. */
export interface JournalMeta {
  readonly shardCount: number;
}

/**
 * Brings the journal's schema up to this runtime's. The caller holds a lock or a transaction, since on SQLite Kysely's
 * own lock does nothing.
 *
 * @throws EgoError `unsupported` if the journal was written by a newer runtime
 */
export async function migrate(db: Kysely<JournalDatabase>, filename: string): Promise<JournalMeta> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  const has = (name: string) => tables.some((table) => table.name === name);
  if (has("ego_meta")) await refuseNewer(db, filename);
  if (has("ego_migration")) await refuseUnknown(db, filename);

  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableName: "ego_migration",
    migrationLockTableName: "ego_migration_lock",
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  const shardCount = Number(await metaOf(db, "shards"));
  if (!Number.isSafeInteger(shardCount) || shardCount < 1) {
    throw new EgoError("data_loss", `The journal "${filename}" does not say how many shards it has. Restore a backup.`);
  }
  return { shardCount };
}

async function refuseNewer(db: Kysely<JournalDatabase>, filename: string): Promise<void> {
  const format = await metaOf(db, "format");
  if (Number(format) !== formatVersion) {
    throw new EgoError(
      "unsupported",
      `The journal "${filename}" has format ${format}, this @ego/runtime reads format ${formatVersion}. Install the version of @ego/runtime that wrote it, or a newer one.`,
      { details: { filename, format: String(format), supported: formatVersion } },
    );
  }
  const hash = await metaOf(db, "hash");
  if (hash !== hashName) {
    throw new EgoError(
      "unsupported",
      `The journal "${filename}" gives entities their shards by "${hash}", this @ego/runtime by "${hashName}". Install the version of @ego/runtime that wrote it.`,
    );
  }
}

async function refuseUnknown(db: Kysely<JournalDatabase>, filename: string): Promise<void> {
  const { rows } = await sql<{ name: string }>`select name from ${sql.table("ego_migration")} order by name`.execute(
    db,
  );
  const unknown = rows.map((row) => row.name).filter((name) => !Object.hasOwn(migrations, name));
  if (unknown.length === 0) return;
  throw new EgoError(
    "unsupported",
    `The journal "${filename}" was changed by migrations that this @ego/runtime does not have: ${unknown.join(", ")}. Install the version of @ego/runtime that made them, or a newer one.`,
  );
}

async function metaOf(db: Kysely<JournalDatabase>, name: string): Promise<string | undefined> {
  const row = await db.selectFrom("ego_meta").select("value").where("name", "=", name).executeTakeFirst();
  return row?.value;
}
