import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { JournalDatabase } from "../schema.ts";

/** The second format: snapshots, and events whose payload is null. */
export const sqliteSnapshots: Migration = {
  async up(db: Kysely<JournalDatabase>) {
    await db.schema
      .createTable("ego_snapshots")
      .addColumn("entity_id", "text", (column) => column.notNull())
      .addColumn("entity_type", "integer", (column) => column.notNull())
      .addColumn("revision", "integer", (column) => column.notNull())
      .addColumn("schema_hash", "text", (column) => column.notNull())
      .addColumn("payload", "blob", (column) => column.notNull())
      .addColumn("recorded_at", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("ego_snapshots_entity", ["entity_id", "entity_type", "revision", "schema_hash"])
      .execute();
    await db.updateTable("ego_meta").set({ value: "2" }).where("name", "=", "format").execute();
  },
};
