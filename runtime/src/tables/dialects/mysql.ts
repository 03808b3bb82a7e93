import { type RawBuilder, sql } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import type { Column, ColumnKind } from "../table-shape.ts";
import {
  type AnyDatabase,
  type ColumnSum,
  groupIndexes,
  most32,
  most64,
  type Place,
  type TableDialect,
  tableRef,
  unstorable,
} from "./dialect.ts";

/** How many characters of a text can be in a key or an index: four bytes each, and 3,072 in all of its columns. */
const sortedLength = 255;

const types: Readonly<Record<ColumnKind, string>> = {
  text: "longtext",
  integer: "int",
  unsigned: "bigint",
  bigint: "bigint",
  digits: "varchar(20)",
  real: "double",
  bytes: "longblob",
  timestamp: "varchar(30)",
  json: "longtext",
};

const isText: ReadonlySet<ColumnKind> = new Set(["text", "digits", "timestamp", "json"]);

/** Tables in MySQL and MariaDB, by mysql2. */
export const mysql: TableDialect = {
  family: "mysql",
  typeOf({ kind, sorted }, texts) {
    const type = kind === "text" && sorted ? `varchar(${sortedLength})` : types[kind];
    return isText.has(kind) ? `${type} ${texts}` : type;
  },
  tableOptions: " engine = InnoDB default character set = utf8mb4",
  quoted: (identifier) => `\`${identifier.replaceAll("`", "``")}\``,
  literal(value, kind) {
    if (value instanceof Uint8Array) return "(x'')";
    if (typeof value !== "string") return String(value);
    // A long text takes an expression only.
    return kind === "text" || kind === "json" ? `('${value}')` : `'${value}'`;
  },
  bind(value, column, table) {
    if (typeof value === "number" && column.kind === "real") return realText(value, column, table);
    if (typeof value === "string" && column.kind === "text" && column.sorted) checkLength(value, column, table);
    // mysql2 takes a Buffer for bytes, and any other array for a list.
    if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return value;
  },
  // mysql2 rounds integers of 64 bits unless told otherwise, and reads the digits of a double by an arithmetic of its own.
  read: (column, kind) => (kind === "bigint" || kind === "real" ? sql`cast(${column} as char)` : column),
  order: (_, descending) => (descending ? sql`desc` : sql`asc`),
  ordersByNull: false,
  comparesRows: false,
  indexesHoldKey: true,
  // `insert ignore` would ignore more than that: the statement fails, which leaves a transaction as it is.
  skip: () => sql``,
  overwrite(key, changes) {
    // It changes a row that has the same value in *any* unique index. One with another key must not be touched: the
    // exponential is out of range then, which fails the statement. (As an integer, so that no key becomes a double.)
    const same = sql.join(
      key.map((name) => sql`${sql.id(name)} = values(${sql.id(name)})`),
      sql` and `,
    );
    const [first = ""] = key;
    const guard = sql`${sql.id(first)} = if(${same}, ${sql.id(first)}, cast(exp(710 + char_length(${sql.id(first)})) as signed))`;
    const set = changes.map(({ column, value }) => sql`${sql.id(column)} = ${value}`);
    return sql`on duplicate key update ${sql.join([guard, ...set])}`;
  },
  inserted: (column) => sql`values(${sql.id(column)})`,
  sum: sumOf,

  async prepare(db) {
    const { mode, version } = await sessionOf(db);
    checkSqlMode(mode);
    // Both compare by code points, and do not ignore spaces at the end.
    return `character set utf8mb4 collate ${/mariadb/i.test(version) ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin"}`;
  },
  lock: async () => undefined,
  indexRef: ({ name }) => sql.id(name),
  indexedTable: tableRef,

  async columnsOf(db, place) {
    const { rows } = await sql<{ name: string; required: number; is_key: number; collation: string | null }>`
      select column_name as name, collation_name as collation, column_key = 'PRI' as is_key,
        is_nullable = 'NO' and column_default is null and extra not like '%auto_increment%'
          and extra not like '%DEFAULT_GENERATED%' and extra not like '%VIRTUAL%' and extra not like '%STORED%'
          as required
      from information_schema.columns
      where table_schema = ${schemaOf(place)} and table_name = ${place.name} order by ordinal_position`.execute(db);
    return rows.map(({ name, required, is_key, collation }) => ({
      name,
      required: Number(required) === 1,
      key: Number(is_key) === 1,
      exact: collation === null || /^utf8mb4_(nopad_bin|0900_bin)$/.test(collation),
    }));
  },

  async indexesOf(db, place) {
    const { rows } = await sql<{ name: string; is_unique: number; column_name: string | null }>`
      select index_name as name, non_unique = 0 as is_unique, column_name as column_name
      from information_schema.statistics
      where table_schema = ${schemaOf(place)} and table_name = ${place.name} order by index_name, seq_in_index`.execute(
      db,
    );
    return groupIndexes(rows);
  },

  async renameIndex(db, table, index, name) {
    await sql`alter table ${tableRef(table)} rename index ${sql.id(index.name)} to ${sql.id(name)}`.execute(db);
  },
};

/** What is out of the range of `bigint` fails; where a column's range is wider than its field's, so is the sum made to be. */
function sumOf({ kind, column, amount, negative }: ColumnSum): RawBuilder<unknown> {
  if (kind === "real") return sql`coalesce(${column}, 0) + (${amount} + 0e0)`;
  if (kind === "digits") {
    const operator = sql.raw(negative ? "-" : "+");
    const sum = sql`(cast(coalesce(${column}, '0') as decimal(20)) ${operator} cast(${amount} as decimal(20)))`;
    return sql`if(${sum} between 0 and ${most64}, lpad(${sum}, 20, '0'), 9223372036854775807 + char_length(coalesce(${column}, '0')))`;
  }
  const sum = sql`(coalesce(${column}, 0) + cast(${amount} as signed))`;
  if (kind !== "unsigned") return sum;
  return sql`if(${sum} between 0 and ${most32}, ${sum}, 9223372036854775807 + abs(${sum}))`;
}

/**
 * Looks at the `sql_mode` of a session.
 *
 * @throws EgoError `unsupported` if it would change values instead of refusing them, or take them for SQL
 */
export function checkSqlMode(mode: string): void {
  const refuse = (text: string) => new EgoError("unsupported", text, { details: { sqlMode: mode } });
  if (!/\bSTRICT_(TRANS|ALL)_TABLES\b/.test(mode)) {
    throw refuse(
      `The sql_mode of this connection, "${mode}", is not strict: the database would cut values off instead of refusing them. Let the pool set it for each connection: set session sql_mode = concat(@@sql_mode, ',STRICT_ALL_TABLES').`,
    );
  }
  // mysql2 writes values into the statement, and escapes quotes by a backslash.
  if (/\bNO_BACKSLASH_ESCAPES\b/.test(mode)) {
    throw refuse(
      `The sql_mode of this connection, "${mode}", has NO_BACKSLASH_ESCAPES, under which the database would take texts of a driver that escapes by backslashes for SQL. Let the pool set it for each connection: set session sql_mode = replace(@@sql_mode, 'NO_BACKSLASH_ESCAPES', '').`,
    );
  }
}

function schemaOf({ schema }: Place) {
  return schema === undefined ? sql`database()` : sql`${schema}`;
}

async function sessionOf(db: AnyDatabase): Promise<{ readonly mode: string; readonly version: string }> {
  const { rows } = await sql<{
    mode: string;
    version: string;
  }>`select @@session.sql_mode as mode, version() as version`.execute(db);
  return { mode: String(rows[0]?.mode ?? ""), version: String(rows[0]?.version ?? "") };
}

function realText(value: number, { name }: Column, table: string): string {
  if (!Number.isFinite(value)) {
    throw unstorable(
      table,
      name,
      `MySQL and MariaDB have no ${value}. Keep such a field in binary form, or in another database`,
    );
  }
  // MariaDB makes 0 of it. To refuse what ordinary arithmetic comes to would be worse.
  return Object.is(value, -0) ? "-0" : String(value);
}

function checkLength(value: string, { name }: Column, table: string): void {
  if (value.length <= sortedLength || [...value].length <= sortedLength) return;
  throw unstorable(
    table,
    name,
    `MySQL and MariaDB take ${sortedLength} characters in a column that is part of a key or an index, and it has ${[...value].length}`,
  );
}
