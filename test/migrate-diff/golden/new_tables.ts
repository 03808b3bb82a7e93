import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // The table of new_tables.Other.
  if (!(await tables.hasTable("new_tables_other"))) {
    await db.schema
      .createTable("new_tables_other")
      .addColumn("id", tables.types.bigint, (column) => column.notNull().primaryKey())
      .addColumn("labels", tables.types.json, (column) => column.notNull())
      .addColumn("ego_rest", tables.types.bytes)
      .addColumn("ego_revision", tables.types.integer, (column) => column.notNull())
      .modifyEnd(tables.tableOptions)
      .execute();
  }

  // The table of new_tables.Entry.
  if (!(await tables.hasTable("new_tables_entry"))) {
    await db.schema
      .createTable("new_tables_entry")
      .addColumn("tenant", tables.types.sortedText, (column) => column.notNull())
      .addColumn("number", tables.types.integer, (column) => column.notNull())
      .addColumn("owner", tables.types.sortedText, (column) => column.notNull())
      .addColumn("label", tables.types.sortedText)
      .addColumn("due_at", tables.types.timestamp)
      .addPrimaryKeyConstraint("new_tables_entry_pkey", ["tenant", "number"])
      .modifyEnd(tables.tableOptions)
      .execute();
  }
  if (!(await tables.hasIndex("new_tables_entry", "new_tables_entry_owner"))) {
    await db.schema
      .createIndex("new_tables_entry_owner")
      .on("new_tables_entry")
      .columns(["owner", ...tables.keyAtEnd("tenant", "number")])
      .execute();
  }
  if (!(await tables.hasIndex("new_tables_entry", "new_tables_entry_owner_due_at"))) {
    await db.schema
      .createIndex("new_tables_entry_owner_due_at")
      .on("new_tables_entry")
      .columns(["owner", tables.nullsFirst("due_at"), ...tables.keyAtEnd("tenant", "number")])
      .execute();
  }
  if (!(await tables.hasIndex("new_tables_entry", "new_tables_entry_label"))) {
    await db.schema
      .createIndex("new_tables_entry_label")
      .unique()
      .on("new_tables_entry")
      .columns([tables.nullsFirst("label")])
      .execute();
  }
}
