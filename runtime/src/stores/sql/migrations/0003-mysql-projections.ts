import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { JournalDatabase } from "../schema.ts";

// Names are compared by their bytes.
const text = sql`varbinary(255)`;
const longText = sql`varbinary(1024)`;
const prose = sql`longtext character set utf8mb4`;
const options = sql`engine = InnoDB row_format = dynamic`;

/**
 * The third format: projections, their offsets and dead letters, and who runs them. Each statement is committed by
 * itself: one that was cut off goes on where it was.
 */
export const mysqlProjections: Migration = {
  async up(db: Kysely<JournalDatabase>) {
    const create = (table: string) => db.schema.createTable(table).ifNotExists().modifyEnd(options);

    await create("ego_projections")
      .addColumn("name", text, (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("role", text, (column) => column.notNull())
      .addColumn("wanted", text, (column) => column.notNull())
      .addColumn("failure", prose)
      .addColumn("parts", "integer", (column) => column.notNull())
      .addColumn("begun_at", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("ego_projections_version", ["name", "version"])
      .execute();

    await create("ego_offsets")
      .addColumn("projection", text, (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("shard", "integer", (column) => column.notNull())
      .addColumn("position", "bigint", (column) => column.notNull())
      .addColumn("fence", text)
      .addPrimaryKeyConstraint("ego_offsets_shard", ["projection", "version", "shard"])
      .execute();

    await create("ego_dead_letters")
      .addColumn("projection", text, (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("shard", "integer", (column) => column.notNull())
      .addColumn("position", "bigint", (column) => column.notNull())
      .addColumn("entity_type", longText, (column) => column.notNull())
      .addColumn("entity_id", text, (column) => column.notNull())
      .addColumn("revision", "bigint", (column) => column.notNull())
      .addColumn("event_type", longText, (column) => column.notNull())
      .addColumn("failure", prose, (column) => column.notNull())
      .addColumn("attempts", "integer", (column) => column.notNull())
      .addColumn("failed_at", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("ego_dead_letters_position", ["projection", "version", "shard", "position"])
      .execute();

    await create("ego_leases")
      .addColumn("projection", text, (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("part", "integer", (column) => column.notNull())
      .addColumn("owner", text)
      .addColumn("expires_at", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("ego_leases_part", ["projection", "version", "part"])
      .execute();

    await create("ego_nodes")
      .addColumn("node", text, (column) => column.notNull().primaryKey())
      .addColumn("handles", sql`longblob`, (column) => column.notNull())
      .addColumn("expires_at", "bigint", (column) => column.notNull())
      .execute();
    await db.updateTable("ego_meta").set({ value: "3" }).where("name", "=", "format").execute();
  },
};
