import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // Field 3 of order.Row, "from", is "group" now: a field keeps its number, whatever it is called. Programs of the old
  // release fail from here on: stop them before.
  if (await tables.hasColumn("order", "from")) {
    await db.schema.alterTable("order").renameColumn("from", "group").execute();
  }

  // The index is not wanted any more.
  await tables.dropIndex("order", "order_from");

  // "desc" was int32, and is int64.
  await tables.alterColumn("order", "desc", tables.types.bigint, tables.zeros.bigint);

  // "table", string, is new. Rows that are there get the default. If older events say more, rebuild the read model
  // afterwards.
  if (!(await tables.hasColumn("order", "table"))) {
    await db.schema
      .alterTable("order")
      .addColumn("table", tables.types.sortedText, (column) => column.notNull().defaultTo(tables.zeros.text))
      .execute();
  }

  if (!(await tables.hasIndex("order", "order_desc_table"))) {
    await db.schema
      .createIndex("order_desc_table")
      .on("order")
      .columns(["desc", "table", ...tables.keyAtEnd("select")])
      .execute();
  }

  if (!(await tables.hasIndex("order", "order_group"))) {
    await db.schema
      .createIndex("order_group")
      .on("order")
      .columns(["group", ...tables.keyAtEnd("select")])
      .execute();
  }
}
