import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // The index is another now.
  await tables.dropIndex("set_or_not", "set_or_not_shelf");

  // The index is another now.
  await tables.dropIndex("set_or_not", "set_or_not_title");

  // "title" may be null, where the field is not set. Rows that are there keep their values.
  await tables.alterColumn("set_or_not", "title", tables.types.sortedText);

  // "shelf" must not be null any more: where it is, it gets the default, as a field that is not set reads. Programs of
  // the old release that write null fail from here on: stop them before.
  await tables.alterColumn("set_or_not", "shelf", tables.types.sortedText, tables.zeros.text);

  // "digits" must not be null any more: where it is, it gets the default, as a field that is not set reads. Programs of
  // the old release that write null fail from here on: stop them before.
  await tables.alterColumn("set_or_not", "digits", tables.types.digits, tables.zeros.digits);

  // "raw" may be null, where the field is not set. Rows that are there keep their values.
  await tables.alterColumn("set_or_not", "raw", tables.types.bytes);

  if (!(await tables.hasIndex("set_or_not", "set_or_not_shelf"))) {
    await db.schema
      .createIndex("set_or_not_shelf")
      .on("set_or_not")
      .columns(["shelf", ...tables.keyAtEnd("id")])
      .execute();
  }

  if (!(await tables.hasIndex("set_or_not", "set_or_not_title"))) {
    await db.schema
      .createIndex("set_or_not_title")
      .on("set_or_not")
      .columns([tables.nullsFirst("title"), ...tables.keyAtEnd("id")])
      .execute();
  }
}
