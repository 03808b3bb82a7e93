import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { EgoError } from "../../../error/ego-error.ts";
import type { SchemaStatus } from "../../../journal/migrations.ts";
import { formatVersion, hashName, type JournalDatabase } from "../schema.ts";

/** A journal that is up to date. */
export interface JournalMeta {
  /** Fixed since the journal was created. */
  readonly shardCount: number;
  /** The migrations that were applied just now. */
  readonly applied: readonly string[];
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
  const status = await lookAt(unscoped, options);
  // As at most starts. The migrator would ask for all tables of the database again, and again for each of its own.
  if (status.migrations.every(({ appliedAt }) => appliedAt !== undefined)) {
    return { shardCount: await shardCountOf(db, journal), applied: [] };
  }

  const migrator = new Migrator({
    db: unscoped,
    provider: { getMigrations: async () => migrations },
    migrationTableName: "ego_migration",
    migrationLockTableName: "ego_migration_lock",
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  const applied = results.flatMap(({ migrationName, status }) => (status === "Success" ? [migrationName] : []));
  return { shardCount: await shardCountOf(db, journal), applied };
}

/**
 * Looks at a journal that is to be read, and changes nothing.
 *
 * @throws EgoError `unavailable` if it is not there, or not up to date; `unsupported` if a newer runtime wrote it
 */
export async function existingJournal(
  unscoped: Kysely<JournalDatabase>,
  options: MigrateOptions,
): Promise<JournalMeta> {
  const { schema, journal } = options;
  const { format, migrations } = await lookAt(unscoped, options);
  const pending = migrations.filter(({ appliedAt }) => appliedAt === undefined);
  if (format === undefined || pending.length > 0) {
    const what =
      format === undefined ? `There is no journal "${journal}"` : `The journal "${journal}" is of an older format`;
    throw new EgoError("unavailable", `${what}. \`ego migrate up\`, or the next start of an engine, mends that.`);
  }
  const db = schema === undefined ? unscoped : unscoped.withSchema(schema);
  return { shardCount: await shardCountOf(db, journal), applied: [] };
}

async function shardCountOf(db: Kysely<JournalDatabase>, journal: string): Promise<number> {
  const shardCount = Number(await metaOf(db, "shards"));
  if (Number.isSafeInteger(shardCount) && shardCount >= 1) return shardCount;
  throw new EgoError("data_loss", `The journal "${journal}" does not say how many shards it has. Restore a backup.`);
}

/** Where the schema of a journal stands. */
export type JournalStatus = Pick<SchemaStatus, "format" | "migrations">;

/**
 * Looks at the journal's schema, and changes nothing.
 *
 * @throws EgoError `unsupported` if the journal was written by a newer runtime
 */
export async function lookAt(unscoped: Kysely<JournalDatabase>, options: MigrateOptions): Promise<JournalStatus> {
  const { migrations, schema, journal } = options;
  const db = schema === undefined ? unscoped : unscoped.withSchema(schema);
  const all = await unscoped.introspection.getTables({ withInternalKyselyTables: true });
  const has = (name: string) => all.some((table) => table.name === name && (!schema || table.schema === schema));
  const format = has("ego_meta") ? await formatOf(db, journal) : undefined;
  const applied = has("ego_migration") ? await appliedTo(db, options) : new Map<string, number>();
  return {
    ...(format === undefined ? {} : { format }),
    migrations: Object.keys(migrations).map((name) => {
      const appliedAt = applied.get(name);
      return appliedAt === undefined ? { name } : { name, appliedAt };
    }),
  };
}

/** The format of a journal that this runtime can read. */
async function formatOf(db: Kysely<JournalDatabase>, journal: string): Promise<number | undefined> {
  const format = await metaOf(db, "format");
  // Its creation was cut off, where a database cannot take it back: it goes on.
  if (format === undefined) return undefined;
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
  return Number(format);
}

/** When the migrations were applied that this runtime knows. */
async function appliedTo(db: Kysely<JournalDatabase>, options: MigrateOptions): Promise<ReadonlyMap<string, number>> {
  const { migrations, schema, journal } = options;
  const table = schema === undefined ? sql.table("ego_migration") : sql.id(schema, "ego_migration");
  const { rows } = await sql<{
    name: string;
    timestamp: string;
  }>`select name, timestamp from ${table} order by name`.execute(db);
  const unknown = rows.map((row) => row.name).filter((name) => !Object.hasOwn(migrations, name));
  if (unknown.length === 0) return new Map(rows.map(({ name, timestamp }) => [name, Date.parse(timestamp)]));
  throw new EgoError(
    "unsupported",
    `The journal "${journal}" was changed by migrations that this @ego/runtime does not have: ${unknown.join(", ")}. Install the version of @ego/runtime that made them, or a newer one.`,
  );
}

async function metaOf(db: Kysely<JournalDatabase>, name: string): Promise<string | undefined> {
  const row = await db.selectFrom("ego_meta").select("value").where("name", "=", name).executeTakeFirst();
  return row?.value;
}
