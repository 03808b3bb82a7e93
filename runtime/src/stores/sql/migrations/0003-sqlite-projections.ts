import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { JournalDatabase } from "../schema.ts";

/** The third format: projections, their offsets and dead letters, and who runs them. */
export const sqliteProjections: Migration = {
  async up(db: Kysely<JournalDatabase>) {
    await db.schema
      .createTable("ego_projections")
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("role", "text", (column) => column.notNull())
      .addColumn("wanted", "text", (column) => column.notNull())
      .addColumn("failure", "text")
      .addColumn("parts", "integer", (column) => column.notNull())
      .addColumn("begun_at", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("ego_projections_version", ["name", "version"])
      .execute();

    await db.schema
      .createTable("ego_offsets")
      .addColumn("projection", "text", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("shard", "integer", (column) => column.notNull())
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("fence", "text")
      .addPrimaryKeyConstraint("ego_offsets_shard", ["projection", "version", "shard"])
      .execute();

    await db.schema
      .createTable("ego_dead_letters")
      .addColumn("projection", "text", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("shard", "integer", (column) => column.notNull())
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("entity_type", "text", (column) => column.notNull())
      .addColumn("entity_id", "text", (column) => column.notNull())
      .addColumn("revision", "integer", (column) => column.notNull())
      .addColumn("event_type", "text", (column) => column.notNull())
      .addColumn("failure", "text", (column) => column.notNull())
      .addColumn("attempts", "integer", (column) => column.notNull())
      .addColumn("failed_at", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("ego_dead_letters_position", ["projection", "version", "shard", "position"])
      .execute();

    await db.schema
      .createTable("ego_leases")
      .addColumn("projection", "text", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("part", "integer", (column) => column.notNull())
      .addColumn("owner", "text")
      .addColumn("expires_at", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("ego_leases_part", ["projection", "version", "part"])
      .execute();

    await db.schema
      .createTable("ego_nodes")
      .addColumn("node", "text", (column) => column.notNull().primaryKey())
      .addColumn("handles", "text", (column) => column.notNull())
      .addColumn("expires_at", "integer", (column) => column.notNull())
      .execute();
    await db.updateTable("ego_meta").set({ value: "3" }).where("name", "=", "format").execute();
  },
};
