import type { SQLInputValue, StatementSync } from "node:sqlite";
import { type CreateTableBuilder, type Kysely, sql } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import type { JournalDatabase } from "./schema.ts";
import type { Connection } from "./sqlite-connection.ts";
import type { WorkerTable } from "./sqlite-protocol.ts";
import { type ColumnKind, revisionColumn, type SqlValue } from "./table.ts";

/** The typed table of one entity on one connection. */
export interface SqliteTable {
  readonly name: string;
  /** The row of an entity, and the revision that it has. */
  find(key: SqlValue): { readonly revision: number; readonly row: readonly SqlValue[] } | undefined;
  upsert(row: readonly SqlValue[], revision: number): void;
  remove(key: SqlValue): void;
}

/** The SQL types that integers, text and bytes have in SQLite. */
const types: Readonly<Record<ColumnKind, string>> = {
  text: "text",
  integer: "integer",
  bigint: "integer",
  digits: "text",
  // No type at all: a column of type `real` turns -0.0 into 0.0. Numbers are kept as they are, and so is NaN's text.
  real: "",
  bytes: "blob",
  timestamp: "text",
  json: "text",
};

/** What rows that are there already get in a new column that must not be null. */
const initials: Readonly<Record<ColumnKind, string>> = {
  text: "''",
  integer: "0",
  bigint: "0",
  digits: "'00000000000000000000'",
  real: "0",
  bytes: "x''",
  timestamp: "'1970-01-01T00:00:00.000000000Z'",
  json: "'[]'",
};

/**
 * Creates the table of an entity if it is missing.
 *
 * @throws EgoError `unsupported` if a table of that name is there and cannot hold the entity's states
 */
export async function createTable(db: Kysely<JournalDatabase>, table: WorkerTable): Promise<void> {
  const { rows } = await sql<ColumnInfo>`
    select name, "notnull" as not_null, dflt_value as initial, pk from pragma_table_info(${table.name})`.execute(db);
  if (rows.length > 0) {
    checkTable(table, rows);
    return;
  }
  let builder: CreateTableBuilder<string, string> = db.schema.createTable(table.name);
  for (const [index, column] of table.columns.entries()) {
    builder = builder.addColumn(column.name, sql.raw(types[column.kind]), (made) => {
      const typed = column.nullable ? made : made.notNull();
      return index === table.key ? typed.primaryKey() : typed;
    });
  }
  await builder.addColumn(revisionColumn, "integer", (column) => column.notNull()).execute();
}

interface ColumnInfo {
  readonly name: string;
  readonly not_null: number;
  readonly initial: string | null;
  readonly pk: number;
}

function checkTable(table: WorkerTable, found: readonly ColumnInfo[]): void {
  const refuse = (text: string, column: string) =>
    new EgoError("unsupported", `Table "${table.name}" of "${table.entityType}" ${text}`, {
      details: { table: table.name, column },
    });
  const key = table.columns[table.key]?.name ?? "";
  const kinds = new Map<string, string>(table.columns.map((column) => [column.name, declared(column)]));
  kinds.set(revisionColumn, "integer not null default 0");

  // SQLite knows no two columns that differ in case only.
  const present = new Map(found.map((column) => [column.name.toLowerCase(), column]));
  const missing = [...kinds].filter(([name]) => !present.has(name.toLowerCase()));
  const known = new Set([...kinds.keys()].map((name) => name.toLowerCase()));
  const strangers = found.filter(({ name }) => !known.has(name.toLowerCase()));
  const [first] = missing;
  if (first) {
    const names = missing.map(([name]) => `"${name}"`).join(", ");
    const alter = `alter table ${quoted(table.name)}`;
    const adds = missing.map(([name, kind]) => `${alter} add column ${quoted(name)} ${kind}`.trimEnd()).join("; ");
    const [stranger] = strangers;
    const renamed =
      missing.length === 1 && strangers.length === 1 && stranger
        ? ` If "${stranger.name}" became "${first[0]}": ${alter} rename column ${quoted(stranger.name)} to ${quoted(first[0])}`
        : "";
    const columns = missing.length === 1 ? "column" : "columns";
    throw refuse(`lacks the ${columns} ${names}. By a migration: ${adds}.${renamed}`.trimEnd(), first[0]);
  }
  const keys = found.filter((column) => column.pk > 0).map((column) => column.name);
  if (keys.length !== 1 || keys[0]?.toLowerCase() !== key.toLowerCase()) {
    const has = keys.length === 0 ? "no primary key" : `the primary key (${keys.join(", ")})`;
    throw refuse(`has ${has}; its primary key must be "${key}". Create it again with that key by a migration.`, key);
  }
  for (const { name, not_null, initial } of strangers) {
    if (not_null === 0 || initial !== null) continue;
    throw refuse(
      `has a column "${name}" that must not be null and that the entity does not know. Drop it by a migration: alter table ${quoted(table.name)} drop column ${quoted(name)}`,
      name,
    );
  }
}

function declared({ kind, nullable }: WorkerTable["columns"][number]): string {
  return nullable ? types[kind] : `${types[kind]} not null default ${initials[kind]}`.trimStart();
}

/** An identifier in a text for people; SQL that is run gets its identifiers through Kysely. */
function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** Opens the typed table of an entity. */
export function openTable(connection: Connection, db: Kysely<JournalDatabase>, table: WorkerTable): SqliteTable {
  const { find, upsert, remove } = prepareAll(connection, db, table);
  const width = table.columns.length;
  return {
    name: table.name,
    find(key) {
      const values = find.get(key) as unknown as readonly SqlValue[] | undefined;
      return values === undefined ? undefined : { revision: Number(values[width]), row: values.slice(0, width) };
    },
    upsert(row, revision) {
      upsert.run(...(row as readonly SQLInputValue[]), revision);
    },
    remove(key) {
      remove.run(key);
    },
  };
}

function prepareAll(
  connection: Connection,
  db: Kysely<JournalDatabase>,
  table: WorkerTable,
): { readonly find: StatementSync; readonly upsert: StatementSync; readonly remove: StatementSync } {
  const name = sql.table(table.name);
  const columns = [...table.columns.map((column) => column.name), revisionColumn];
  const ids = sql.join(columns.map((column) => sql.id(column)));
  const key = sql.id(columns[table.key] ?? "");
  const set = sql.join(columns.map((column) => sql`${sql.id(column)} = excluded.${sql.id(column)}`));
  const parameters = sql.join(columns.map(() => sql`${null}`));
  const prepare = (query: ReturnType<typeof sql>) => connection.prepare({ compile: () => query.compile(db) });

  const find = prepare(sql`select ${ids} from ${name} where ${key} = ${null}`);
  find.setReturnArrays(true);
  find.setReadBigInts(true);
  return {
    find,
    upsert: prepare(sql`insert into ${name} (${ids}) values (${parameters}) on conflict (${key}) do update set ${set}`),
    remove: prepare(sql`delete from ${name} where ${key} = ${null}`),
  };
}
