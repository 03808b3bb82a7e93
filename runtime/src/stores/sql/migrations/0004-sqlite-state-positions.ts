import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { JournalDatabase } from "../schema.ts";
import { placeVersions } from "./place-versions.ts";

/** The fourth format: versions of durable states have a place, by which they are read in order. */
export const sqliteStatePositions: Migration = {
  async up(db: Kysely<JournalDatabase>) {
    await db.schema.alterTable("ego_receipts").addColumn("shard", "integer").execute();
    await db.schema.alterTable("ego_receipts").addColumn("position", "integer").execute();
    await placeVersions(
      db,
      (places) =>
        sql`update ego_receipts set shard = p.shard, position = p.position from (${places}) as p where ego_receipts.entity_id = p.entity_id and ego_receipts.entity_type = p.entity_type and ego_receipts.revision = p.revision`,
    );
    await db.schema
      .createIndex("ego_receipts_position")
      .unique()
      .on("ego_receipts")
      .columns(["shard", "position"])
      .execute();
    await db.updateTable("ego_meta").set({ value: "4" }).where("name", "=", "format").execute();
  },
};
