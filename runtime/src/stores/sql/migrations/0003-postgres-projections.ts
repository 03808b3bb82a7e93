import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { JournalDatabase } from "../schema.ts";

/** The third format: projections, their offsets and dead letters, and who runs them. */
export function postgresProjections(schema: string): Migration {
  return {
    async up(unscoped: Kysely<JournalDatabase>) {
      const db = unscoped.withSchema(schema);
      // Names are compared by their bytes, whatever the locale of the database.
      const text = sql`text collate "C"`;

      await db.schema
        .createTable("ego_projections")
        .addColumn("name", text, (column) => column.notNull())
        .addColumn("version", "integer", (column) => column.notNull())
        .addColumn("role", text, (column) => column.notNull())
        .addColumn("wanted", text, (column) => column.notNull())
        .addColumn("failure", text)
        .addColumn("parts", "integer", (column) => column.notNull())
        .addColumn("begun_at", "bigint", (column) => column.notNull())
        .addPrimaryKeyConstraint("ego_projections_version", ["name", "version"])
        .execute();

      await db.schema
        .createTable("ego_offsets")
        .addColumn("projection", text, (column) => column.notNull())
        .addColumn("version", "integer", (column) => column.notNull())
        .addColumn("shard", "integer", (column) => column.notNull())
        .addColumn("position", "bigint", (column) => column.notNull())
        .addColumn("fence", text)
        .addPrimaryKeyConstraint("ego_offsets_shard", ["projection", "version", "shard"])
        // Room on each page for the next version of its rows, which then need no entry in the index.
        .modifyEnd(sql`with (fillfactor = 50)`)
        .execute();

      await db.schema
        .createTable("ego_dead_letters")
        .addColumn("projection", text, (column) => column.notNull())
        .addColumn("version", "integer", (column) => column.notNull())
        .addColumn("shard", "integer", (column) => column.notNull())
        .addColumn("position", "bigint", (column) => column.notNull())
        .addColumn("entity_type", text, (column) => column.notNull())
        .addColumn("entity_id", text, (column) => column.notNull())
        .addColumn("revision", "bigint", (column) => column.notNull())
        .addColumn("event_type", text, (column) => column.notNull())
        .addColumn("failure", text, (column) => column.notNull())
        .addColumn("attempts", "integer", (column) => column.notNull())
        .addColumn("failed_at", "bigint", (column) => column.notNull())
        .addPrimaryKeyConstraint("ego_dead_letters_position", ["projection", "version", "shard", "position"])
        .execute();

      await db.schema
        .createTable("ego_leases")
        .addColumn("projection", text, (column) => column.notNull())
        .addColumn("version", "integer", (column) => column.notNull())
        .addColumn("part", "integer", (column) => column.notNull())
        .addColumn("owner", text)
        .addColumn("expires_at", "bigint", (column) => column.notNull())
        .addPrimaryKeyConstraint("ego_leases_part", ["projection", "version", "part"])
        .execute();

      await db.schema
        .createTable("ego_nodes")
        .addColumn("node", text, (column) => column.notNull().primaryKey())
        .addColumn("handles", text, (column) => column.notNull())
        .addColumn("expires_at", "bigint", (column) => column.notNull())
        .execute();
      await db.updateTable("ego_meta").set({ value: "3" }).where("name", "=", "format").execute();
    },
  };
}
