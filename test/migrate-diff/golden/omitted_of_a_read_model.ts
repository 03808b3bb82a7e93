import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // "remark" of omitted_of_a_read_model.Row is in no proto any more. It stays, for programs of the old release, and
  // gets a default for rows of the new one. When none of them runs any more, and nobody needs its values, drop it
  // instead:
  if (await tables.hasColumn("omitted_of_a_read_model", "remark")) {
    // await db.schema.alterTable("omitted_of_a_read_model").dropColumn("remark").execute();
    await tables.alterColumn("omitted_of_a_read_model", "remark", tables.types.text, tables.zeros.text);
  }
}
