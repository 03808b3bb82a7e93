import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // "title", string, is new. Rows that are there get the default: until such a row is written again, ego reads the
  // field from ego_rest. Programs of the old release run on, but do not start any more.
  if (!(await tables.hasColumn("column_comes_from_beside", "title"))) {
    await db.schema
      .alterTable("column_comes_from_beside")
      .addColumn("title", tables.types.text, (column) => column.notNull().defaultTo(tables.zeros.text))
      .execute();
  }
}
