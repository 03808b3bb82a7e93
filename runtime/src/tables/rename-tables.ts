import { sql } from "kysely";
import type { TableData } from "../codegen/table.ts";
import { EgoError } from "../error/ego-error.ts";
import { type AnyDatabase, type Place, type TableDialect, tableRef } from "./dialects/dialect.ts";
import { dialectOf } from "./dialects/dialect-of.ts";
import { schemaOf } from "./table-session.ts";

/** A table that gets another name, and indexes of other names, in the same order. */
export interface TableRename {
  readonly from: TableData;
  readonly to: TableData;
}

/**
 * Gives tables other names, one after the other, and their indexes with them: a name has to be free when its turn comes.
 * Other programs see all of it or nothing. Called again, it finishes what was broken off, and changes nothing if all is done.
 *
 * Postgres and SQLite do it in the transaction that they are given, or in one of their own. MySQL and MariaDB have no
 * transactions for tables: there, one statement gives all tables their names, and indexes follow.
 *
 * @throws EgoError `unsupported` if the tables that are there are neither those before nor those after it; or, on MySQL
 *   and MariaDB, in a transaction
 */
export async function renameTables(user: AnyDatabase, renames: readonly TableRename[]): Promise<void> {
  const { dialect, plain, schema } = opened(user);
  const work = async (db: AnyDatabase) => {
    await dialect.lock(db);
    const left = renames.slice(await countDone({ db, dialect, schema }, renames));
    await renameAll({ db, dialect, schema }, left);
    for (const rename of renames) await renameIndexes({ db, dialect, schema }, rename);
  };
  if (dialect.family === "mysql") {
    refuseTransaction(user, "renameTables");
    await plain.connection().execute(work);
  } else if (user.isTransaction) await work(plain);
  else await plain.transaction().execute(work);
}

/** Removes all rows of a table, in the transaction that it is given, if it is one. */
export async function emptyTable(user: AnyDatabase, { name }: TableData): Promise<void> {
  const { plain, schema } = opened(user);
  // Not by `truncate`, which MySQL and MariaDB would commit, and which in Postgres other transactions do not see in time.
  await sql`delete from ${tableRef({ schema, name })}`.execute(plain);
}

/**
 * Drops a table, if it is there.
 *
 * @throws EgoError `unsupported` in a transaction of MySQL and MariaDB, which would be committed
 */
export async function dropTable(user: AnyDatabase, { name }: TableData): Promise<void> {
  const { dialect, plain, schema } = opened(user);
  if (dialect.family === "mysql") refuseTransaction(user, "dropTable");
  await sql`drop table if exists ${tableRef({ schema, name })}`.execute(plain);
}

interface On {
  readonly db: AnyDatabase;
  readonly dialect: TableDialect;
  readonly schema: string | undefined;
}

function opened(user: AnyDatabase) {
  return { dialect: dialectOf(user), plain: user.withoutPlugins() as AnyDatabase, schema: schemaOf(user) };
}

function refuseTransaction(db: AnyDatabase, call: string): void {
  if (!db.isTransaction) return;
  throw new EgoError(
    "unsupported",
    `MySQL and MariaDB commit a transaction when tables are changed: call ${call} outside of it.`,
  );
}

/** How many of the renames are done, by the tables that are there. */
async function countDone({ db, dialect, schema }: On, renames: readonly TableRename[]): Promise<number> {
  const names = new Set(renames.flatMap(({ from, to }) => [from.name, to.name]));
  const there = new Set<string>();
  for (const name of names) {
    if ((await dialect.columnsOf(db, { schema, name })).length > 0) there.add(name);
  }
  const expected = new Set(firstNames(renames));
  for (let done = 0; done <= renames.length; done++) {
    if (expected.size === there.size && [...expected].every((name) => there.has(name))) return done;
    const next = renames[done];
    if (next === undefined) break;
    expected.delete(next.from.name);
    expected.add(next.to.name);
  }
  const shown = there.size === 0 ? "none of these tables" : [...there].map((name) => `"${name}"`).join(", ");
  throw new EgoError(
    "unsupported",
    `Tables cannot be renamed, ${renames.map(({ from, to }) => `"${from.name}" to "${to.name}"`).join(", ")}: there is ${shown}. Drop or restore what is in the way.`,
    { details: { tables: [...there] } },
  );
}

/** The names that tables have before: those that no rename before them brings about. */
function firstNames(renames: readonly TableRename[]): readonly string[] {
  return renames
    .filter(({ from }, at) => !renames.slice(0, at).some(({ to }) => to.name === from.name))
    .map(({ from }) => from.name);
}

async function renameAll({ db, dialect, schema }: On, renames: readonly TableRename[]): Promise<void> {
  const [first] = renames;
  if (first === undefined) return;
  if (dialect.family === "mysql") {
    const list = renames.map(
      ({ from, to }) => sql`${tableRef({ schema, name: from.name })} to ${tableRef({ schema, name: to.name })}`,
    );
    await sql`rename table ${sql.join(list)}`.execute(db);
    return;
  }
  for (const { from, to } of renames) {
    await sql`alter table ${tableRef({ schema, name: from.name })} rename to ${sql.id(to.name)}`.execute(db);
  }
}

/** Gives the indexes of a table that was renamed their names, as far as they are there under the old ones. */
async function renameIndexes({ db, dialect, schema }: On, { from, to }: TableRename): Promise<void> {
  const place: Place = { schema, name: to.name };
  const found = await dialect.indexesOf(db, place);
  const named = (name: string) => found.find((index) => index.name.toLowerCase() === name.toLowerCase());
  for (const [at, { name: newName }] of (to.indexes ?? []).entries()) {
    const old = named(from.indexes?.[at]?.name ?? newName);
    if (old === undefined || named(newName) !== undefined) continue;
    await dialect.renameIndex(db, place, old, newName);
  }
}
