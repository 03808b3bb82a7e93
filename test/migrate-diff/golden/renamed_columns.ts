import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // Field 2 of renamed_columns.Row, "title", is "name" now: a field keeps its number, whatever it is called. Programs
  // of the old release fail from here on: stop them before.
  if (await tables.hasColumn("renamed_columns", "title")) {
    await db.schema.alterTable("renamed_columns").renameColumn("title", "name").execute();
  }

  // Field 3 of renamed_columns.Row, "shelf", is "place" now: a field keeps its number, whatever it is called. Programs
  // of the old release fail from here on: stop them before.
  if (await tables.hasColumn("renamed_columns", "shelf")) {
    await db.schema.alterTable("renamed_columns").renameColumn("shelf", "place").execute();
  }

  // The index is not wanted any more.
  await tables.dropIndex("renamed_columns", "renamed_columns_title");

  if (!(await tables.hasIndex("renamed_columns", "renamed_columns_name"))) {
    await db.schema
      .createIndex("renamed_columns_name")
      .on("renamed_columns")
      .columns(["name", ...tables.keyAtEnd("id")])
      .execute();
  }
}
