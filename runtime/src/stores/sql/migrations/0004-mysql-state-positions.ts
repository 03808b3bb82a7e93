import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { JournalDatabase } from "../schema.ts";
import { placeVersions } from "./place-versions.ts";

/**
 * The fourth format: versions of durable states have a place, by which they are read in order. Each statement is committed
 * by itself: one that was cut off goes on where it was.
 */
export const mysqlStatePositions: Migration = {
  async up(db: Kysely<JournalDatabase>) {
    const { rows: columns } = await sql`select 1 from information_schema.columns
      where table_schema = database() and table_name = 'ego_receipts' and column_name = 'position'`.execute(db);
    if (columns.length === 0) {
      await db.schema
        .alterTable("ego_receipts")
        .addColumn("shard", "integer")
        .addColumn("position", "bigint")
        .execute();
    }
    const shardCount = await placeVersions(
      db,
      (places) =>
        sql`update ego_receipts r join (${places}) p on r.entity_id = p.entity_id and r.entity_type = p.entity_type and r.revision = p.revision set r.shard = p.shard, r.position = p.position`,
    );
    const { rows: indexes } = await sql`select 1 from information_schema.statistics
      where table_schema = database() and table_name = 'ego_receipts' and index_name = 'ego_receipts_position'`.execute(
      db,
    );
    if (indexes.length === 0) {
      await db.schema
        .createIndex("ego_receipts_position")
        .unique()
        .on("ego_receipts")
        .columns(["shard", "position"])
        .execute();
    }
    // Locks of their own: whoever appends events and whoever saves states do not wait for each other.
    const numbers = sql.raw(Array.from({ length: shardCount }, (_, shard) => `(${shardCount + shard})`).join(", "));
    await sql`insert ignore into ego_shards (shard) values ${numbers}`.execute(db);
    await db.updateTable("ego_meta").set({ value: "4" }).where("name", "=", "format").execute();
  },
};
