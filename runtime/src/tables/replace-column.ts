import { type RawBuilder, sql } from "kysely";
import { type AnyDatabase, type Place, type TableDialect, tableRef } from "./dialects/dialect.ts";

/** What a column is to be. */
export interface ReplacedColumn {
  readonly name: string;
  readonly type: RawBuilder<unknown>;
  /** What becomes of nulls, and the default of a column that must not be null; without it, it may be null. */
  readonly zero?: RawBuilder<unknown>;
}

/** Gives a column that is there another type, and says whether it may be null. Its values stay. */
export async function replaceColumn(
  db: AnyDatabase,
  { family }: TableDialect,
  place: Place,
  column: ReplacedColumn,
): Promise<void> {
  if (family === "sqlite") return replaceInSqlite(db, place, column);
  const { type, zero } = column;
  const table = tableRef(place);
  const name = sql.id(column.name);
  const fill = async () => {
    if (zero) await sql`update ${table} set ${name} = ${zero} where ${name} is null`.execute(db);
  };
  if (family === "mysql") {
    await fill();
    const rest = zero ? sql`not null default ${zero}` : sql`null`;
    await sql`alter table ${table} modify column ${name} ${type} ${rest}`.execute(db);
    return;
  }
  // The default is of the old type: it goes first.
  await sql`alter table ${table} alter column ${name} drop default`.execute(db);
  await sql`alter table ${table} alter column ${name} type ${type}`.execute(db);
  await fill();
  const rest = zero
    ? sql`alter column ${name} set default ${zero}, alter column ${name} set not null`
    : sql`alter column ${name} drop not null`;
  await sql`alter table ${table} ${rest}`.execute(db);
}

/** What the column is called while the new one is filled. Names that begin so are ego's. */
const oldColumn = sql.id("ego_old_column");

/** SQLite alters no column: a new one gets the values, and the name. */
async function replaceInSqlite(
  db: AnyDatabase,
  place: Place,
  { name: named, type, zero }: ReplacedColumn,
): Promise<void> {
  const { schema = "main" } = place;
  const table = tableRef(place);
  const name = sql.id(named);
  const { rows } = await sql<{ type: string; not_null: number; initial: string | null }>`
    select type, "notnull" as not_null, dflt_value as initial from pragma_table_info(${place.name}, ${schema})
    where name = ${named} collate nocase`.execute(db);
  const [found] = rows;
  const isSame =
    found !== undefined &&
    found.type.toLowerCase() === type.compile(db).sql &&
    (zero
      ? Number(found.not_null) !== 0 && found.initial === zero.compile(db).sql
      : Number(found.not_null) === 0 && found.initial === null);
  if (isSame) return;

  const indexes = await sql<{ name: string; definition: string }>`
    select m.name as name, m.sql as definition from pragma_index_list(${place.name}, ${schema}) as l
    join ${sql.id(schema, "sqlite_master")} as m on m.type = 'index' and m.name = l.name
    where m.sql is not null
      and exists (select 1 from pragma_index_info(l.name, ${schema}) as i where i.name = ${named} collate nocase)`.execute(
    db,
  );
  for (const index of indexes.rows) await sql`drop index ${sql.id(schema, index.name)}`.execute(db);
  await sql`alter table ${table} rename column ${name} to ${oldColumn}`.execute(db);
  await sql`alter table ${table} add column ${name} ${type}${zero ? sql` not null default ${zero}` : sql``}`.execute(
    db,
  );
  await sql`update ${table} set ${name} = ${zero ? sql`coalesce(${oldColumn}, ${zero})` : oldColumn}`.execute(db);
  await sql`alter table ${table} drop column ${oldColumn}`.execute(db);
  for (const { definition } of indexes.rows) await sql.raw(definition).execute(db);
}
