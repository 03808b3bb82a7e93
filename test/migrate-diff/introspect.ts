import { sql } from "kysely";
import type { AnyDatabase } from "./checks.ts";

/** A table as its database describes it, but for the order of columns, and for defaults. */
export interface Introspection {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[];
  readonly key: readonly string[];
  /** Each as one text: its name, whether it is unique, its columns in order, with how they are sorted. */
  readonly indexes: readonly string[];
}

/** Where the tables are in Postgres. */
export const schema = "shop";

/** Asks a database for a table, without the help of the runtime. */
export async function introspect(
  db: AnyDatabase,
  family: "sqlite" | "postgres" | "mysql",
  table: string,
): Promise<Introspection> {
  return await { sqlite: inSqlite, postgres: inPostgres, mysql: inMysql }[family](db, table);
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);

async function inSqlite(db: AnyDatabase, table: string): Promise<Introspection> {
  const columns = await sql<{ name: string; type: string; not_null: number; pk: number }>`
    select name, type, "notnull" as not_null, pk from pragma_table_info(${table})`.execute(db);
  const indexes = await sql<{ name: string; text: string }>`
    select l.name as name, l."unique" || ' ' || group_concat(i.name || ' ' || i."desc" || ' ' || i.coll, ', ' order by i.seqno) as text
    from pragma_index_list(${table}) as l, pragma_index_xinfo(l.name) as i
    where i.key = 1 and l.origin = 'c' group by l.name order by l.name`.execute(db);
  return {
    columns: columns.rows
      .map(({ name, type, not_null }) => ({ name, type: type.toLowerCase(), nullable: not_null === 0 }))
      .toSorted(byName),
    key: columns.rows
      .filter(({ pk }) => pk > 0)
      .toSorted((a, b) => a.pk - b.pk)
      .map(({ name }) => name),
    indexes: indexes.rows.map(({ name, text }) => `${name} ${text}`),
  };
}

async function inPostgres(db: AnyDatabase, table: string): Promise<Introspection> {
  const columns = await sql<{ name: string; type: string; nullable: boolean }>`
    select a.attname as name, format_type(a.atttypid, a.atttypmod) || coalesce(' ' || c.collname, '') as type,
      not a.attnotnull as nullable
    from pg_attribute a left join pg_collation c on c.oid = a.attcollation
    where a.attrelid = ${`${schema}."${table}"`}::regclass and a.attnum > 0 and not a.attisdropped`.execute(db);
  const indexes = await sql<{ name: string; definition: string; primary: boolean }>`
    select c.relname as name, pg_get_indexdef(i.indexrelid) as definition, i.indisprimary as primary
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where i.indrelid = ${`${schema}."${table}"`}::regclass order by c.relname`.execute(db);
  return {
    columns: columns.rows.map((row) => ({ ...row })).toSorted(byName),
    // A table that was renamed leaves the name of the key to itself.
    key: indexes.rows.filter(({ primary }) => primary).map(({ definition }) => definition.replace(/^.* USING /, "")),
    indexes: indexes.rows.filter(({ primary }) => !primary).map(({ definition }) => definition),
  };
}

async function inMysql(db: AnyDatabase, table: string): Promise<Introspection> {
  const columns = await sql<{ name: string; type: string; nullable: string; collation: string | null }>`
    select column_name as name, column_type as type, is_nullable as nullable, collation_name as collation
    from information_schema.columns where table_schema = database() and table_name = ${table}`.execute(db);
  const indexes = await sql<{ name: string; text: string }>`
    select index_name as name,
      concat(max(non_unique), ' ', group_concat(column_name, ' ', coalesce(sub_part, 'whole'), ' ', coalesce(collation, '') order by seq_in_index)) as text
    from information_schema.statistics where table_schema = database() and table_name = ${table}
    group by index_name order by index_name`.execute(db);
  return {
    columns: columns.rows
      .map(({ name, type, nullable, collation }) => ({
        name,
        type: `${type}${collation === null ? "" : ` ${collation}`}`,
        nullable: nullable === "YES",
      }))
      .toSorted(byName),
    key: indexes.rows.filter(({ name }) => name === "PRIMARY").map(({ text }) => text),
    indexes: indexes.rows.filter(({ name }) => name !== "PRIMARY").map(({ name, text }) => `${name} ${text}`),
  };
}
