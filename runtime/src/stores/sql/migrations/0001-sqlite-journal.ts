import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import { hashName, type JournalDatabase } from "../schema.ts";

/**
 * The first format of the journal.
 *
 * There is no `ego_shards` as on databases with row locks: SQLite's write lock is the whole file's, and whoever holds
 * it appends alone.
 */
export const sqliteJournal: Migration = {
  async up(db: Kysely<JournalDatabase>) {
    await db.schema
      .createTable("ego_meta")
      .addColumn("name", "text", (column) => column.notNull().primaryKey())
      .addColumn("value", "text", (column) => column.notNull())
      .execute();
    await db
      .insertInto("ego_meta")
      .values([
        { name: "format", value: "1" },
        { name: "shards", value: "64" },
        { name: "hash", value: hashName },
      ])
      .execute();

    await db.schema
      .createTable("ego_types")
      .addColumn("id", "integer", (column) => column.notNull().primaryKey())
      .addColumn("name", "text", (column) => column.notNull().unique())
      .execute();

    // A plain rowid table with two indexes: rows are appended, whatever their keys (`without rowid` halves the speed).
    await db.schema
      .createTable("ego_events")
      .addColumn("shard", "integer", (column) => column.notNull())
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("entity_type", "integer", (column) => column.notNull())
      .addColumn("entity_id", "text", (column) => column.notNull())
      .addColumn("revision", "integer", (column) => column.notNull())
      .addColumn("event_type", "integer", (column) => column.notNull())
      .addColumn("payload", "blob")
      .addColumn("sensitive", "blob")
      .addColumn("key_id", "text")
      .addColumn("metadata", "blob", (column) => column.notNull())
      .addColumn("recorded_at", "integer", (column) => column.notNull())
      .addColumn("command_id", "text")
      .execute();
    await db.schema
      .createIndex("ego_events_entity")
      .unique()
      .on("ego_events")
      .columns(["entity_id", "entity_type", "revision"])
      .execute();
    await db.schema
      .createIndex("ego_events_position")
      .unique()
      .on("ego_events")
      .columns(["shard", "position"])
      .execute();

    await db.schema
      .createTable("ego_states")
      .addColumn("entity_id", "text", (column) => column.notNull())
      .addColumn("entity_type", "integer", (column) => column.notNull())
      .addColumn("revision", "integer", (column) => column.notNull())
      .addColumn("payload", "blob", (column) => column.notNull())
      .addPrimaryKeyConstraint("ego_states_entity", ["entity_id", "entity_type"])
      .execute();

    await db.schema
      .createTable("ego_receipts")
      .addColumn("entity_id", "text", (column) => column.notNull())
      .addColumn("entity_type", "integer", (column) => column.notNull())
      .addColumn("revision", "integer", (column) => column.notNull())
      .addColumn("removed", "integer", (column) => column.notNull())
      .addColumn("command_id", "text", (column) => column.notNull())
      .addColumn("metadata", "blob", (column) => column.notNull())
      .addColumn("recorded_at", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("ego_receipts_entity", ["entity_id", "entity_type", "revision"])
      .execute();
  },
};
