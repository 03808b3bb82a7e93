import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // "title": In an index, MySQL and MariaDB take texts of up to 255 characters. If there is a longer one, this fails.
  if (tables.family === "mysql") {
    await tables.alterColumn("new_indexes", "title", tables.types.sortedText, tables.zeros.text);
  }

  // "barcode": In an index, MySQL and MariaDB take texts of up to 255 characters. If there is a longer one, this fails.
  if (tables.family === "mysql") {
    await tables.alterColumn("new_indexes", "barcode", tables.types.sortedText);
  }

  if (!(await tables.hasIndex("new_indexes", "new_indexes_title"))) {
    await db.schema
      .createIndex("new_indexes_title")
      .on("new_indexes")
      .columns(["title", ...tables.keyAtEnd("id")])
      .execute();
  }

  // No two rows may have the same values here. If there are such rows, this fails: change them before.
  if (!(await tables.hasIndex("new_indexes", "new_indexes_barcode"))) {
    await db.schema
      .createIndex("new_indexes_barcode")
      .unique()
      .on("new_indexes")
      .columns([tables.nullsFirst("barcode")])
      .execute();
  }

  if (!(await tables.hasIndex("new_indexes", "new_indexes_stock_barcode"))) {
    await db.schema
      .createIndex("new_indexes_stock_barcode")
      .on("new_indexes")
      .columns(["stock", tables.nullsFirst("barcode"), ...tables.keyAtEnd("id")])
      .execute();
  }
}
