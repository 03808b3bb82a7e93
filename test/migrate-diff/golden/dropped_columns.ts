import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // The index is not wanted any more.
  await tables.dropIndex("dropped_columns", "dropped_columns_shelf");

  // "title" of dropped_columns.Row is in no proto any more. It stays, for programs of the old release, and gets a
  // default for rows of the new one. When none of them runs any more, and nobody needs its values, drop it instead:
  if (await tables.hasColumn("dropped_columns", "title")) {
    // await db.schema.alterTable("dropped_columns").dropColumn("title").execute();
    await tables.alterColumn("dropped_columns", "title", tables.types.text, tables.zeros.text);
  }

  // "maybe" of dropped_columns.Row is in no proto any more. It stays, for programs of the old release, and is null in
  // rows of the new one. When none of them runs any more, and nobody needs its values, drop it instead:
  if (await tables.hasColumn("dropped_columns", "maybe")) {
    // await db.schema.alterTable("dropped_columns").dropColumn("maybe").execute();
  }

  // "shelf" of dropped_columns.Row is in no proto any more. It stays, for programs of the old release, and gets a
  // default for rows of the new one. When none of them runs any more, and nobody needs its values, drop it instead:
  if (await tables.hasColumn("dropped_columns", "shelf")) {
    // await db.schema.alterTable("dropped_columns").dropColumn("shelf").execute();
    await tables.alterColumn("dropped_columns", "shelf", tables.types.sortedText, tables.zeros.text);
  }

  // "tags" of dropped_columns.Row is in no proto any more. It stays, for programs of the old release, and gets a
  // default for rows of the new one. When none of them runs any more, and nobody needs its values, drop it instead:
  if (await tables.hasColumn("dropped_columns", "tags")) {
    // await db.schema.alterTable("dropped_columns").dropColumn("tags").execute();
    await tables.alterColumn("dropped_columns", "tags", tables.types.json, tables.zeros.list);
  }

  // "real" of dropped_columns.Row is in no proto any more. It stays, for programs of the old release, and gets a
  // default for rows of the new one. When none of them runs any more, and nobody needs its values, drop it instead:
  if (await tables.hasColumn("dropped_columns", "real")) {
    // await db.schema.alterTable("dropped_columns").dropColumn("real").execute();
    await tables.alterColumn("dropped_columns", "real", tables.types.real, tables.zeros.real);
  }
}
