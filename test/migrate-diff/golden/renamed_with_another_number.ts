import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // "title" is "name" now. Programs of the old release fail from here on: stop them before.
  if (await tables.hasColumn("renamed_with_another_number", "title")) {
    await db.schema.alterTable("renamed_with_another_number").renameColumn("title", "name").execute();
  }
}
