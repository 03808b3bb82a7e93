import type { Kysely, Transaction } from "kysely";
import type { TableData } from "../../codegen/table.ts";
import type { ProjectionStore, ProjectionVersion } from "../../journal/projection-store.ts";
import { renameTables } from "../../tables/rename-tables.ts";
import { versionedTable } from "../../tables/versioned-table.ts";
import type { JournalDatabase } from "./schema.ts";
import type { FailureKind } from "./sql-journal.ts";
import { factsOf, inTransaction, lockOffsets } from "./sql-projection-facts.ts";
import { type StoredRole, setRoles, versionsOf } from "./sql-projection-records.ts";
import { interrupted } from "./sql-versions.ts";

/** What promotions need of their store. */
export interface SqlPromotionOptions {
  /** The journal's tables, in their schema. */
  readonly db: Kysely<JournalDatabase>;
  kindOf(failure: unknown): FailureKind | undefined;
  /** Does something again that others were in the way of. */
  again<T>(work: () => Promise<T>): Promise<T>;
}

/** A version takes the place of the live one, if there is one. */
interface Promotion {
  readonly to: ProjectionVersion;
  readonly live: ProjectionVersion | undefined;
}

/**
 * Promotes versions while no transaction of their projection is under way.
 *
 * MySQL and MariaDB commit the change of a table's name by itself, so it is done in steps there, on another connection
 * than that which has the locks: the roles say that a promotion is under way; one statement gives both tables their names;
 * the roles say what is what. Whoever comes between, after the first step was not followed by the others, is refused:
 * nothing is written until the promotion is done again, which sees by the names of the tables how far it came.
 */
export function openSqlPromotion({ db, kindOf, again }: SqlPromotionOptions): Pick<ProjectionStore, "promote"> {
  const { atomic } = factsOf(db);

  async function inOne(trx: Transaction<JournalDatabase>, promotion: Promotion, table?: TableData): Promise<void> {
    if (table) await rename(trx, promotion, table);
    await setRoles(trx, promotion.to.name, rolesAfter(promotion));
  }

  async function inSteps(promotion: Promotion, before: Roles, table?: TableData): Promise<void> {
    const { to, live } = promotion;
    if (table) {
      const between: Roles = [[to.version, "promoting"], ...(live ? [[live.version, "demoting"] as const] : [])];
      await setRoles(db, to.name, between);
      try {
        await rename(db, promotion, table);
      } catch (failure) {
        // If nobody answered, it may still be done.
        if (kindOf(failure) !== "lost") await setRoles(db, to.name, before);
        throw failure;
      }
    }
    await setRoles(db, to.name, rolesAfter(promotion));
  }

  /** Goes on with a promotion that was interrupted. */
  async function goOn(promotion: Promotion, table?: TableData): Promise<void> {
    if (table === undefined) throw interrupted(promotion.to);
    await rename(db, promotion, table);
    await setRoles(db, promotion.to.name, rolesAfter(promotion));
  }

  return {
    promote: (to, table) =>
      again(() =>
        inTransaction(db, async (trx) => {
          await lockOffsets(trx, { name: to.name });
          const versionIn = async (role: StoredRole) => {
            const found = (await versionsOf(trx, to.name)).find((version) => version.role === role);
            return found?.record;
          };
          const begun = await versionIn("promoting");
          if (begun) {
            await goOn({ to: begun, live: await versionIn("demoting") }, table);
            if (begun.version === to.version) return true;
          }
          const versions = await versionsOf(trx, to.name);
          const target = versions.find(({ record }) => record.version === to.version);
          if (target === undefined || target.role === "live") return false;
          const live = versions.find(({ role }) => role === "live");
          const promotion = { to, live: live?.record };
          const before: Roles = [target, ...(live ? [live] : [])].map(({ record, role }) => [record.version, role]);
          await (atomic ? inOne(trx, promotion, table) : inSteps(promotion, before, table));
          return true;
        }),
      ),
  };
}

type Roles = readonly (readonly [version: number, role: StoredRole])[];

function rolesAfter({ to, live }: Promotion): Roles {
  return [[to.version, "live"], ...(live ? [[live.version, "previous"] as const] : [])];
}

async function rename(db: Kysely<JournalDatabase>, { to, live }: Promotion, table: TableData): Promise<void> {
  const away = live ? [{ from: table, to: versionedTable(table, live.version) }] : [];
  await renameTables(db, [...away, { from: versionedTable(table, to.version), to: table }]);
}
