import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // The table of renamed_table.Row has another name. Programs of the old release fail from here on: stop them before.
  if (await tables.hasTable("renamed_table")) {
    await db.schema.alterTable("renamed_table").renameTo("renamed_table_now").execute();
  }

  // The index is not wanted any more.
  await tables.dropIndex("renamed_table_now", "renamed_table_owner");

  // "rank", int32, is new. Rows that are there get the default. If older events say more, rebuild the read model
  // afterwards.
  if (!(await tables.hasColumn("renamed_table_now", "rank"))) {
    await db.schema
      .alterTable("renamed_table_now")
      .addColumn("rank", tables.types.integer, (column) => column.notNull().defaultTo(tables.zeros.integer))
      .execute();
  }

  if (!(await tables.hasIndex("renamed_table_now", "renamed_table_now_owner"))) {
    await db.schema
      .createIndex("renamed_table_now_owner")
      .on("renamed_table_now")
      .columns(["owner", ...tables.keyAtEnd("id")])
      .execute();
  }
}
