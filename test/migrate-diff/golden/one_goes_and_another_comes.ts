import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // "name", string, is new. Rows that are there get the default, which is what these states had: none knew the field.
  // If it is "title" under another name, this takes its place, and that of what is below on "title":
  // if (await tables.hasColumn("one_goes_and_another_comes", "title")) {
  //   await db.schema.alterTable("one_goes_and_another_comes").renameColumn("title", "name").execute();
  // }
  if (!(await tables.hasColumn("one_goes_and_another_comes", "name"))) {
    await db.schema
      .alterTable("one_goes_and_another_comes")
      .addColumn("name", tables.types.text, (column) => column.notNull().defaultTo(tables.zeros.text))
      .execute();
  }

  // "title" of one_goes_and_another_comes.Row is in no proto any more. It stays, for programs of the old release, and
  // gets a default for rows of the new one. When none of them runs any more, and nobody needs its values, drop it
  // instead:
  if (await tables.hasColumn("one_goes_and_another_comes", "title")) {
    // await db.schema.alterTable("one_goes_and_another_comes").dropColumn("title").execute();
    await tables.alterColumn("one_goes_and_another_comes", "title", tables.types.text, tables.zeros.text);
  }
}
