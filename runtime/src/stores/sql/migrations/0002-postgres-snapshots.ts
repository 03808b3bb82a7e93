import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { JournalDatabase } from "../schema.ts";

/** The second format: snapshots, and events whose payload is null. */
export function postgresSnapshots(schema: string): Migration {
  return {
    async up(unscoped: Kysely<JournalDatabase>) {
      const db = unscoped.withSchema(schema);
      const text = sql`text collate "C"`;
      await db.schema
        .createTable("ego_snapshots")
        .addColumn("entity_id", text, (column) => column.notNull())
        .addColumn("entity_type", "integer", (column) => column.notNull())
        .addColumn("revision", "bigint", (column) => column.notNull())
        .addColumn("schema_hash", text, (column) => column.notNull())
        .addColumn("payload", "bytea", (column) => column.notNull())
        .addColumn("recorded_at", "bigint", (column) => column.notNull())
        .addPrimaryKeyConstraint("ego_snapshots_entity", ["entity_id", "entity_type", "revision", "schema_hash"])
        .execute();
      await db.updateTable("ego_meta").set({ value: "2" }).where("name", "=", "format").execute();
    },
  };
}
