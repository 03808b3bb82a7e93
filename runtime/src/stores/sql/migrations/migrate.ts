import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { EgoError } from "../../../error/ego-error.ts";
import { formatVersion, hashName, type JournalDatabase } from "../schema.ts";

/** What is fixed since the journal was created. */
export interface JournalMeta {
  readonly shardCount: number;
}

/** Which journal is brought up to date, and how. */
export interface MigrateOptions {
  /** By name, in order of names. */
  readonly migrations: Readonly<Record<string, Migration>>;
  /** The schema of its tables, where the database has such. */
  readonly schema?: string;
  /** What errors call it: a file name, or where it is on which server. */
  readonly journal: string;
}

/**
 * Brings the journal's schema up to this runtime's. On SQLite the caller holds a lock or a transaction, since Kysely's
 * own lock does nothing there.
 *
 * @throws EgoError `unsupported` if the journal was written by a newer runtime
 */
export async function migrate(unscoped: Kysely<JournalDatabase>, options: MigrateOptions): Promise<JournalMeta> {
  const { migrations, schema, journal } = options;
  const db = schema === undefined ? unscoped : unscoped.withSchema(schema);
  const all = await unscoped.introspection.getTables({ withInternalKyselyTables: true });
  const has = (name: string) => all.some((table) => table.name === name && (!schema || table.schema === schema));
  if (has("ego_meta")) await refuseNewer(db, journal);
  if (has("ego_migration")) await refuseUnknown(db, options);

  const migrator = new Migrator({
    db: unscoped,
    provider: { getMigrations: async () => migrations },
    migrationTableName: "ego_migration",
    migrationLockTableName: "ego_migration_lock",
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  const shardCount = Number(await metaOf(db, "shards"));
  if (!Number.isSafeInteger(shardCount) || shardCount < 1) {
    throw new EgoError("data_loss", `The journal "${journal}" does not say how many shards it has. Restore a backup.`);
  }
  return { shardCount };
}

async function refuseNewer(db: Kysely<JournalDatabase>, journal: string): Promise<void> {
  const format = await metaOf(db, "format");
  // Its creation was cut off, where a database cannot take it back: it goes on.
  if (format === undefined) return;
  if (!(Number(format) <= formatVersion)) {
    throw new EgoError(
      "unsupported",
      `The journal "${journal}" has format ${format}, this @ego/runtime reads formats up to ${formatVersion}. Install the version of @ego/runtime that wrote it, or a newer one.`,
      { details: { journal, format, supported: formatVersion } },
    );
  }
  const hash = await metaOf(db, "hash");
  if (hash !== hashName) {
    throw new EgoError(
      "unsupported",
      `The journal "${journal}" gives entities their shards by "${hash}", this @ego/runtime by "${hashName}". Install the version of @ego/runtime that wrote it.`,
    );
  }
}

async function refuseUnknown(db: Kysely<JournalDatabase>, options: MigrateOptions): Promise<void> {
  const { migrations, schema, journal } = options;
  const table = schema === undefined ? sql.table("ego_migration") : sql.id(schema, "ego_migration");
  const { rows } = await sql<{ name: string }>`select name from ${table} order by name`.execute(db);
  const unknown = rows.map((row) => row.name).filter((name) => !Object.hasOwn(migrations, name));
  if (unknown.length === 0) return;
  throw new EgoError(
    "unsupported",
    `The journal "${journal}" was changed by migrations that this @ego/runtime does not have: ${unknown.join(", ")}. Install the version of @ego/runtime that made them, or a newer one.`,
  );
}

async function metaOf(db: Kysely<JournalDatabase>, name: string): Promise<string | undefined> {
  const row = await db.selectFrom("ego_meta").select("value").where("name", "=", name).executeTakeFirst();
  return row?.value;
}
