import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // The index is not wanted any more.
  await tables.dropIndex("other_indexes", "other_indexes_title");

  // The index is another now.
  await tables.dropIndex("other_indexes", "other_indexes_by");

  // The index is another now.
  await tables.dropIndex("other_indexes", "other_indexes_row");

  // "title": In no index any more, MySQL and MariaDB take texts of any length.
  if (tables.family === "mysql") {
    await tables.alterColumn("other_indexes", "title", tables.types.text, tables.zeros.text);
  }

  if (!(await tables.hasIndex("other_indexes", "other_indexes_by"))) {
    await db.schema
      .createIndex("other_indexes_by")
      .on("other_indexes")
      .columns(["row", "shelf", ...tables.keyAtEnd("id")])
      .execute();
  }

  // No two rows may have the same values here. If there are such rows, this fails: change them before.
  if (!(await tables.hasIndex("other_indexes", "other_indexes_row"))) {
    await db.schema.createIndex("other_indexes_row").unique().on("other_indexes").columns(["row"]).execute();
  }
}
