import { type RawBuilder, sql } from "kysely";
import type { ColumnKind } from "../table-shape.ts";
import {
  type ColumnSum,
  groupIndexes,
  most32,
  most64,
  type Place,
  type TableDialect,
  tableRef,
  unstorable,
} from "./dialect.ts";
import { doNothing, doUpdate, excluded } from "./on-conflict.ts";

// Texts compare by their bytes, as in SQLite, whatever the locale of the database.
const text = 'text collate "C"';

const types: Readonly<Record<ColumnKind, string>> = {
  text,
  integer: "integer",
  unsigned: "bigint",
  bigint: "bigint",
  digits: text,
  real: "double precision",
  bytes: "bytea",
  timestamp: text,
  json: text,
};

/** Tables in Postgres, by pg, postgres.js or PGlite. */
export const postgres: TableDialect = {
  family: "postgres",
  typeOf: ({ kind }) => types[kind],
  tableOptions: "",
  quoted,
  literal: (value) => (value instanceof Uint8Array ? "''" : typeof value === "string" ? `'${value}'` : String(value)),
  bind(value, { kind, name }, table) {
    if (kind === "text" && typeof value === "string" && value.includes("\0")) {
      throw unstorable(table, name, "Postgres has no texts with U+0000. Keep such a field as bytes");
    }
    // As text, which every driver hands on as it is: they would write -0 as 0.
    if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
    return typeof value === "bigint" ? String(value) : value;
  },
  // Many programs tell pg to make numbers of 64-bit integers, which rounds them.
  read: (column, kind) => (kind === "bigint" ? sql`${column}::text` : column),
  order(nullable, descending) {
    if (!nullable) return descending ? sql`desc` : sql`asc`;
    return descending ? sql`desc nulls last` : sql`asc nulls first`;
  },
  ordersByNull: true,
  comparesRows: true,
  indexesHoldKey: false,
  skip: doNothing,
  overwrite: doUpdate,
  inserted: excluded,
  sum: sumOf,
  prepare: async () => "",
  async lock(db) {
    // Two programs that create one table at once fail otherwise. The number is the text "ego" and a 1.
    await sql`select pg_advisory_xact_lock(${"1701277489"}::bigint)`.execute(db);
  },
  indexRef: ({ name }) => sql.id(name),
  indexedTable: tableRef,

  async columnsOf(db, place) {
    const { rows } = await sql<{ name: string; required: number; is_key: number }>`
      select a.attname::text as name,
        (a.attnotnull and not a.atthasdef and a.attidentity = '')::int as required,
        exists (
          select from pg_index i where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey)
        )::int as is_key
      from pg_attribute a
      where a.attrelid = to_regclass(${regclass(place)}) and a.attnum > 0 and not a.attisdropped
      order by a.attnum`.execute(db);
    return rows.map(({ name, required, is_key }) => ({
      name,
      required: Number(required) === 1,
      key: Number(is_key) === 1,
      exact: true,
    }));
  },

  async indexesOf(db, place) {
    const { rows } = await sql<{ name: string; is_unique: number; column_name: string | null }>`
      select c.relname::text as name, i.indisunique::int as is_unique, a.attname::text as column_name
      from pg_index i
      join pg_class c on c.oid = i.indexrelid
      cross join lateral unnest(i.indkey) with ordinality as k (attnum, place)
      left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
      where i.indrelid = to_regclass(${regclass(place)}) and k.place <= i.indnkeyatts
      order by c.relname, k.place`.execute(db);
    return groupIndexes(rows);
  },

  async renameIndex(db, table, index, name) {
    await sql`alter index ${tableRef({ schema: table.schema, name: index.name })} rename to ${sql.id(name)}`.execute(
      db,
    );
  },
};

/** Postgres refuses what is out of the range of a type; where the column's is wider than its field's, a cast to a small one. */
function sumOf({ kind, column, amount, negative }: ColumnSum): RawBuilder<unknown> {
  if (kind === "real") return sql`coalesce(${column}, 0) + ${amount}::double precision`;
  if (kind === "digits") {
    const operator = sql.raw(negative ? "-" : "+");
    const sum = sql`(coalesce(${column}, '0')::numeric ${operator} ${amount}::numeric)`;
    return sql`lpad((case when ${sum} between 0 and ${most64} then ${sum} else (${most64} + abs(${sum}))::bigint end)::text, 20, '0')`;
  }
  const sum = sql`(coalesce(${column}, 0)::bigint + ${amount}::bigint)`;
  if (kind !== "unsigned") return sum;
  return sql`case when ${sum} between 0 and ${most32} then ${sum} else (${most32} + abs(${sum}))::integer end`;
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

function regclass({ schema, name }: Place): string {
  return schema === undefined ? quoted(name) : `${quoted(schema)}.${quoted(name)}`;
}
