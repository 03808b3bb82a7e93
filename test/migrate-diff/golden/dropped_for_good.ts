import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // "title" of dropped_for_good.Row is in no proto any more. It stays, for programs of the old release, and gets a
  // default for rows of the new one. When none of them runs any more, and nobody needs its values, drop it instead:
  if (await tables.hasColumn("dropped_for_good", "title")) {
    // await db.schema.alterTable("dropped_for_good").dropColumn("title").execute();
    await tables.alterColumn("dropped_for_good", "title", tables.types.text, tables.zeros.text);
  }
}
