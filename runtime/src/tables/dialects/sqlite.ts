import { type RawBuilder, sql } from "kysely";
import type { ColumnKind } from "../table-shape.ts";
import { type ColumnSum, groupIndexes, type TableDialect, tableRef } from "./dialect.ts";
import { doNothing, doUpdate, excluded } from "./on-conflict.ts";

const types: Readonly<Record<ColumnKind, string>> = {
  text: "text",
  integer: "integer",
  unsigned: "integer",
  bigint: "integer",
  digits: "text",
  // No type at all: a column of type `real` turns -0.0 into 0.0. Numbers are kept as they are, and so is NaN's text.
  real: "",
  bytes: "blob",
  timestamp: "text",
  json: "text",
};

/** Tables in SQLite. */
export const sqlite: TableDialect = {
  family: "sqlite",
  typeOf: ({ kind }) => types[kind],
  tableOptions: "",
  quoted: (identifier) => `"${identifier.replaceAll('"', '""')}"`,
  literal: (value) => (value instanceof Uint8Array ? "x''" : typeof value === "string" ? `'${value}'` : String(value)),
  // SQLite makes null of NaN; the text sorts behind all numbers.
  bind: (value) => (Number.isNaN(value) ? "NaN" : value),
  // better-sqlite3 rounds integers of 64 bits unless told otherwise, and others throw.
  read: (column, kind) => (kind === "bigint" ? sql`cast(${column} as text)` : column),
  order: (_, descending) => (descending ? sql`desc` : sql`asc`),
  ordersByNull: false,
  comparesRows: true,
  indexesHoldKey: false,
  skip: doNothing,
  overwrite: doUpdate,
  inserted: excluded,
  sum: sumOf,
  prepare: async () => "",
  lock: async () => undefined,
  indexRef: tableRef,
  indexedTable: ({ name }) => sql.id(name),

  async columnsOf(db, { schema = "main", name }) {
    const { rows } = await sql<{ name: string; not_null: number; initial: string | null; pk: number }>`
      select name, "notnull" as not_null, dflt_value as initial, pk from pragma_table_info(${name}, ${schema})`.execute(
      db,
    );
    return rows.map((row) => ({
      name: row.name,
      required: Number(row.not_null) !== 0 && row.initial === null,
      key: Number(row.pk) > 0,
      exact: true,
    }));
  },

  async indexesOf(db, { schema = "main", name }) {
    const { rows } = await sql<{ name: string; is_unique: number; column_name: string | null }>`
      select l.name as name, l."unique" as is_unique, i.name as column_name
      from pragma_index_list(${name}, ${schema}) as l, pragma_index_info(l.name, ${schema}) as i
      order by l.name, i.seqno`.execute(db);
    return groupIndexes(rows);
  },

  async renameIndex(db, table, index, name) {
    // It has no such statement. The columns are those of the index, which an older program may have created.
    const { schema } = table;
    await sql`drop index ${tableRef({ schema, name: index.name })}`.execute(db);
    const create = sql.raw(index.unique ? "create unique index" : "create index");
    const columns = sql.join(index.columns.map((column) => sql.id(column)));
    await sql`${create} ${tableRef({ schema, name })} on ${sql.id(table.name)} (${columns})`.execute(db);
  },
};

const ranges: Readonly<Partial<Record<ColumnKind, readonly [low: bigint, high: bigint]>>> = {
  integer: [-(2n ** 31n), 2n ** 31n - 1n],
  unsigned: [0n, 2n ** 32n - 1n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
};

/** SQLite has no ranges: integers that have too many bits become floating, and a NaN becomes null. */
function sumOf({ kind, column, amount, negative }: ColumnSum): RawBuilder<unknown> {
  if (kind === "real") return realSum(column, amount);
  if (kind === "digits") return digitsSum(column, amount, negative);
  const sum = sql`(coalesce(${column}, 0) + cast(${amount} as integer))`;
  const [low, high] = (ranges[kind] ?? []).map((bound) => sql.raw(String(bound)));
  return sql`case when typeof(${sum}) = 'integer' and ${sum} between ${low} and ${high} then ${sum} else ${outOfRange(column)} end`;
}

/** The one integer that has no absolute value: it fails the statement. Were it constant, SQLite would fail every one. */
function outOfRange(column: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`abs(min(-9223372036854775808, length(coalesce(${column}, ''))))`;
}

const mostReal = sql.raw(String(Number.MAX_VALUE));

/** NaN is a text. Of two numbers that are finite, the sum is, or it is out of range. */
function realSum(column: RawBuilder<unknown>, amount: RawBuilder<unknown>): RawBuilder<unknown> {
  const sum = sql`(coalesce(${column}, 0) + ${amount})`;
  return sql`case when typeof(${column}) = 'text' or typeof(${amount}) = 'text' or ${sum} is null then 'NaN'
    when abs(${sum}) <= ${mostReal} or abs(${column}) > ${mostReal} or abs(${amount}) > ${mostReal} then ${sum}
    else ${outOfRange(column)} end`;
}

const half = sql.raw(String(10 ** 10));

/** By the upper and the lower ten digits, since 20 are too many for an integer. */
function digitsSum(column: RawBuilder<unknown>, amount: RawBuilder<unknown>, negative: boolean): RawBuilder<unknown> {
  const operator = sql.raw(negative ? "-" : "+");
  const upper = (of: RawBuilder<unknown>) => sql`cast(substr(${of}, 1, 10) as integer)`;
  const lower = (of: RawBuilder<unknown>) => sql`cast(substr(${of}, 11, 10) as integer)`;
  const now = sql`coalesce(${column}, ${sql.lit("0".repeat(20))})`;
  // Never less than 0, so that what is carried is rounded down.
  const low = sql`(${half} + ${lower(now)} ${operator} ${lower(amount)})`;
  const high = sql`(${upper(now)} ${operator} ${upper(amount)} + ${low} / ${half} - 1)`;
  const sum = sql`printf('%010d%010d', ${high}, ${low} % ${half})`;
  const most = sql.lit(String(2n ** 64n - 1n));
  return sql`case when ${high} >= 0 and ${sum} <= ${most} then ${sum} else ${outOfRange(column)} end`;
}
