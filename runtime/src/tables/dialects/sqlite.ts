import { sql } from "kysely";
import type { ColumnKind } from "../table-shape.ts";
import { groupIndexes, type TableDialect, tableRef } from "./dialect.ts";
import { doNothing, doUpdate } from "./on-conflict.ts";

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
};
