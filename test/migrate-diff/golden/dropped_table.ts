import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // The table "dropped_table_gone" of dropped_table.Gone is in no proto any more. It stays, for programs of the old
  // release, and with what is in it. When nobody needs that, take the signs of the comment away:
  if (await tables.hasTable("dropped_table_gone")) {
    // await db.schema.dropTable("dropped_table_gone").execute();
  }
}
