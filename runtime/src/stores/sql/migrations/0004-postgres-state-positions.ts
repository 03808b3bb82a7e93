import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { JournalDatabase } from "../schema.ts";
import { placeVersions } from "./place-versions.ts";

/** The fourth format: versions of durable states have a place, by which they are read in order. */
export function postgresStatePositions(schema: string): Migration {
  const id = (name: string) => sql.id(schema, name);
  return {
    async up(unscoped: Kysely<JournalDatabase>) {
      const db = unscoped.withSchema(schema);
      // Whoever saves waits from here on, and finds the table as it is then.
      await db.schema
        .alterTable("ego_receipts")
        .addColumn("shard", "integer")
        .addColumn("position", "bigint")
        .execute();
      const shardCount = await placeVersions(
        db,
        (places) =>
          sql`update ${id("ego_receipts")} r set shard = p.shard, position = p.position from (${places}) p where r.entity_id = p.entity_id and r.entity_type = p.entity_type and r.revision = p.revision`,
      );
      await db.schema
        .createIndex("ego_receipts_position")
        .unique()
        .on("ego_receipts")
        .columns(["shard", "position"])
        .execute();
      // Locks of their own: whoever appends events and whoever saves states do not wait for each other.
      const [first, last] = [shardCount, 2 * shardCount - 1].map((shard) => sql.lit(shard));
      await sql`insert into ${id("ego_shards")} select generate_series(${first}, ${last})`.execute(db);
      await db.updateTable("ego_meta").set({ value: "4" }).where("name", "=", "format").execute();
    },
  };
}
