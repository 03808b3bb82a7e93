import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { JournalDatabase } from "../schema.ts";

/**
 * The second format: snapshots, and events whose payload is null. Each statement is committed by itself: one that was
 * cut off goes on where it was.
 */
export const mysqlSnapshots: Migration = {
  async up(db: Kysely<JournalDatabase>) {
    await db.schema
      .createTable("ego_snapshots")
      .ifNotExists()
      .modifyEnd(sql`engine = InnoDB row_format = dynamic`)
      .addColumn("entity_id", sql`varbinary(255)`, (column) => column.notNull())
      .addColumn("entity_type", "integer", (column) => column.notNull())
      .addColumn("revision", "bigint", (column) => column.notNull())
      .addColumn("schema_hash", sql`varbinary(16)`, (column) => column.notNull())
      .addColumn("payload", sql`longblob`, (column) => column.notNull())
      .addColumn("recorded_at", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("ego_snapshots_entity", ["entity_id", "entity_type", "revision", "schema_hash"])
      .execute();
    await db.updateTable("ego_meta").set({ value: "2" }).where("name", "=", "format").execute();
  },
};
