import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // Fields of field_without_a_column.Row without a column of their own are kept together in this one. Programs of the
  // old release run on, but do not start any more.
  if (!(await tables.hasColumn("field_without_a_column", "ego_rest"))) {
    await db.schema.alterTable("field_without_a_column").addColumn("ego_rest", tables.types.bytes).execute();
  }
}
