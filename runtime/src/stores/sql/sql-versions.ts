import type { Kysely, Transaction } from "kysely";
import type { TableData } from "../../codegen/table.ts";
import { EgoError } from "../../error/ego-error.ts";
import type { ProjectionRecord, ProjectionStore, ProjectionVersion } from "../../journal/projection-store.ts";
import { createTables } from "../../tables/create-tables.ts";
import { dropTable, emptyTable } from "../../tables/rename-tables.ts";
import { versionedTable } from "../../tables/versioned-table.ts";
import type { JournalDatabase } from "./schema.ts";
import { moveOffsets } from "./sql-offsets.ts";
import { factsOf, inTransaction, lockOffsets, storableText } from "./sql-projection-facts.ts";
import { type StoredRole, versionOf, versionsOf } from "./sql-projection-records.ts";
import { plainText } from "./sql-values.ts";

/** What versions of projections need of their store. */
export interface SqlVersionsOptions {
  /** The journal's tables, in their schema. */
  readonly db: Kysely<JournalDatabase>;
  /** Does something again that others were in the way of. */
  again<T>(work: () => Promise<T>): Promise<T>;
}

type Versions = Pick<
  Required<ProjectionStore>,
  "add" | "list" | "offsets" | "storedOffsets" | "change" | "remove" | "reset"
>;

/** Rows of one statement: far below the number of parameters that databases take. */
const chunkSize = 500;

/** Versions of projections, and their offsets. */
export function openSqlVersions({ db, again }: SqlVersionsOptions): Versions {
  const { atomic } = factsOf(db);

  /** Works on a version while no transaction of it is under way. */
  function held<T>(of: ProjectionVersion, work: (trx: Transaction<JournalDatabase>) => Promise<T>): Promise<T> {
    return again(() =>
      inTransaction(db, async (trx) => {
        await lockOffsets(trx, of);
        return work(trx);
      }),
    );
  }

  return {
    add(record, offsets, table) {
      return held(record, async (trx) => {
        const stored = await versionOf(trx, record);
        if (table) {
          const its = tableOf(table, record, stored?.role ?? record.role);
          // Where the transaction cannot take it back, it comes first: a table that nobody knows of is empty.
          await createTables(atomic ? trx : db, [its]);
        }
        if (stored) {
          if (offsets.length > 0) await insertOffsets(trx, record, offsets, await countOffsets(trx, record));
          return stored.record;
        }
        await insertVersion(trx, record, offsets);
        return record;
      });
    },

    list: async () => (await versionsOf(db)).map(({ record }) => record),

    async offsets({ name, version }) {
      const rows = await db
        .selectFrom("ego_offsets")
        .select(["shard", "position"])
        .where("projection", "=", name)
        .where("version", "=", version)
        .orderBy("shard")
        .execute();
      return rows.length === 0 ? undefined : rows.map(({ position }) => Number(position));
    },

    async storedOffsets() {
      const rows = await db.selectFrom("ego_offsets").select(["projection", "version", "shard", "position"]).execute();
      return rows.map(({ projection, version, shard, position }) => ({
        name: plainText(projection),
        version: Number(version),
        shard: Number(shard),
        position: Number(position),
      }));
    },

    async change(of, { wanted, failure }) {
      const set = {
        ...(wanted === undefined ? {} : { wanted }),
        ...(failure === undefined ? {} : { failure: failure === null ? null : storableText(failure) }),
      };
      if (Object.keys(set).length === 0) return (await versionOf(db, of)) !== undefined;
      const { numUpdatedRows } = await db
        .updateTable("ego_projections")
        .set(set)
        .where("name", "=", of.name)
        .where("version", "=", of.version)
        .executeTakeFirstOrThrow();
      // A driver may count only rows that it changed.
      return Number(numUpdatedRows) > 0 || (await versionOf(db, of)) !== undefined;
    },

    async remove(of, table) {
      const its = await held(of, async (trx) => {
        const stored = await versionOf(trx, of);
        if (stored === undefined) return undefined;
        const found = table && tableOf(table, of, stored.role);
        await deleteVersion(trx, of);
        if (found === undefined) return undefined;
        if (atomic) await dropTable(trx, found);
        // Dropped behind the transaction, it is empty if it stays after all: a version that comes later finds no rows.
        else await emptyTable(trx, found);
        return found;
      });
      if (its && !atomic) await dropTable(db, its);
    },

    reset(of, offsets, table, at) {
      return held(of, async (trx) => {
        const stored = await versionOf(trx, of);
        if (stored === undefined) return false;
        if (table) await emptyTable(trx, tableOf(table, of, stored.role));
        await deleteRows(trx, "ego_dead_letters", of);
        await trx
          .updateTable("ego_projections")
          .set({ begun_at: at })
          .where("name", "=", of.name)
          .where("version", "=", of.version)
          .execute();
        // In place: whoever waits for the rows is to lock these.
        for (let from = 0; from < offsets.length; from += chunkSize) {
          const some = offsets.slice(from, from + chunkSize);
          await moveOffsets(
            trx,
            of,
            some.map((position, at) => ({ shard: from + at, position })),
          );
        }
        return true;
      });
    },
  };
}

/**
 * The table that a version fills.
 *
 * @throws EgoError `unavailable` if nobody knows, since a promotion was interrupted
 */
export function tableOf(table: TableData, { name, version }: ProjectionVersion, role: StoredRole): TableData {
  if (role === "promoting" || role === "demoting") throw interrupted({ name, version });
  return role === "live" ? table : versionedTable(table, version);
}

/** The failure of whoever comes after a promotion that did not come to its end. */
export function interrupted({ name, version }: ProjectionVersion): EgoError {
  return new EgoError(
    "unavailable",
    `A promotion of projection "${name}" was interrupted, and version ${version} does not know its table. Promote again: it goes on.`,
    { details: { projection: name, version } },
  );
}

async function insertVersion(
  trx: Transaction<JournalDatabase>,
  record: ProjectionRecord,
  offsets: readonly number[],
): Promise<void> {
  const { name, version, role, wanted, failure = null, parts, begunAt } = record;
  await trx
    .insertInto("ego_projections")
    .values({ name, version, role, wanted, failure: failure && storableText(failure), parts, begun_at: begunAt })
    .execute();
  await insertOffsets(trx, record, offsets);
  for (let from = 0; from < parts; from += chunkSize) {
    const leases = Array.from({ length: Math.min(chunkSize, parts - from) }, (_, at) => ({
      projection: name,
      version,
      part: from + at,
      owner: null,
      expires_at: 0,
    }));
    await trx.insertInto("ego_leases").values(leases).execute();
  }
}

async function insertOffsets(
  trx: Transaction<JournalDatabase>,
  { name, version }: ProjectionVersion,
  offsets: readonly number[],
  firstShard = 0,
): Promise<void> {
  const all = offsets.map((position, shard) => ({ projection: name, version, shard, position, fence: null }));
  const rows = all.slice(firstShard);
  for (let from = 0; from < rows.length; from += chunkSize) {
    await trx
      .insertInto("ego_offsets")
      .values(rows.slice(from, from + chunkSize))
      .execute();
  }
}

async function countOffsets(trx: Transaction<JournalDatabase>, { name, version }: ProjectionVersion): Promise<number> {
  const { count } = await trx
    .selectFrom("ego_offsets")
    .select((eb) => eb.fn.countAll().as("count"))
    .where("projection", "=", name)
    .where("version", "=", version)
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function deleteVersion(trx: Transaction<JournalDatabase>, of: ProjectionVersion): Promise<void> {
  for (const table of ["ego_offsets", "ego_dead_letters", "ego_leases"] as const) await deleteRows(trx, table, of);
  await trx.deleteFrom("ego_projections").where("name", "=", of.name).where("version", "=", of.version).execute();
}

async function deleteRows(
  trx: Transaction<JournalDatabase>,
  table: "ego_offsets" | "ego_dead_letters" | "ego_leases",
  { name, version }: ProjectionVersion,
): Promise<void> {
  await trx.deleteFrom(table).where("projection", "=", name).where("version", "=", version).execute();
}
