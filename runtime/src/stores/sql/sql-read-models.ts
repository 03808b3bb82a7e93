import { sql } from "kysely";
import type { TableData } from "../../codegen/table.ts";
import { type AnyDatabase, tableRef } from "../../tables/dialects/dialect.ts";
import { schemaOf } from "../../tables/table-session.ts";
export function versionedTable(table: TableData, version: number): TableData {
  return { ...table, name: `${table.name}__v${version}` };
}
export async function renameTables(
  db: AnyDatabase,
  renames: readonly { from: TableData; to: TableData }[],
): Promise<void> {
  throw new Error(`${db}${renames}`);
}
export async function emptyTable(db: AnyDatabase, table: TableData): Promise<void> {
  await sql`delete from ${tableRef({ schema: schemaOf(db), name: table.name })}`.execute(db);
}
export async function dropTable(db: AnyDatabase, table: TableData): Promise<void> {
  await sql`drop table if exists ${tableRef({ schema: schemaOf(db), name: table.name })}`.execute(db);
}
