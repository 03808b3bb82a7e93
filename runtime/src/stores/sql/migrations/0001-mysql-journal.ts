import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { hashName, type JournalDatabase } from "../schema.ts";

const shards = 256;

// Ids and names are compared by their bytes: no collation, and no spaces that count for nothing.
const text = sql`varbinary(255)`;
const longText = sql`varbinary(1024)`;
const blob = sql`longblob`;
const options = sql`engine = InnoDB row_format = dynamic`;

/**
 * The first format of the journal on MySQL and MariaDB, which commit each statement by itself: one that was cut off
 * goes on where it was. What says that the journal is there comes last.
 */
export const mysqlJournal: Migration = {
  async up(db: Kysely<JournalDatabase>) {
    const create = (table: string) => db.schema.createTable(table).ifNotExists().modifyEnd(options);

    await create("ego_types")
      .addColumn("id", "integer", (column) => column.notNull().primaryKey().autoIncrement())
      .addColumn("name", longText, (column) => column.notNull())
      .addUniqueConstraint("ego_types_name", ["name"])
      .execute();

    // A row is the lock of its shard. It is never updated: versions of rows that are pile up while anybody holds a
    // snapshot.
    await create("ego_shards")
      .addColumn("shard", "integer", (column) => column.notNull().primaryKey())
      .execute();
    const numbers = sql.raw(Array.from({ length: shards }, (_, shard) => `(${shard})`).join(", "));
    await sql`insert ignore into ego_shards (shard) values ${numbers}`.execute(db);

    await create("ego_events")
      .addColumn("shard", "integer", (column) => column.notNull())
      .addColumn("position", "bigint", (column) => column.notNull())
      .addColumn("entity_type", "integer", (column) => column.notNull())
      .addColumn("entity_id", text, (column) => column.notNull())
      .addColumn("revision", "bigint", (column) => column.notNull())
      .addColumn("event_type", "integer", (column) => column.notNull())
      .addColumn("payload", blob)
      .addColumn("sensitive", blob)
      .addColumn("key_id", text)
      .addColumn("metadata", blob, (column) => column.notNull())
      .addColumn("recorded_at", "bigint", (column) => column.notNull())
      .addColumn("command_id", longText)
      .addPrimaryKeyConstraint("ego_events_entity", ["entity_id", "entity_type", "revision"])
      .addUniqueConstraint("ego_events_position", ["shard", "position"])
      .execute();

    await create("ego_states")
      .addColumn("entity_id", text, (column) => column.notNull())
      .addColumn("entity_type", "integer", (column) => column.notNull())
      .addColumn("revision", "bigint", (column) => column.notNull())
      .addColumn("payload", blob, (column) => column.notNull())
      .addPrimaryKeyConstraint("ego_states_entity", ["entity_id", "entity_type"])
      .execute();

    await create("ego_receipts")
      .addColumn("entity_id", text, (column) => column.notNull())
      .addColumn("entity_type", "integer", (column) => column.notNull())
      .addColumn("revision", "bigint", (column) => column.notNull())
      .addColumn("removed", "integer", (column) => column.notNull())
      .addColumn("command_id", longText, (column) => column.notNull())
      .addColumn("metadata", blob, (column) => column.notNull())
      .addColumn("recorded_at", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("ego_receipts_entity", ["entity_id", "entity_type", "revision"])
      .execute();

    await create("ego_meta")
      .addColumn("name", text, (column) => column.notNull().primaryKey())
      .addColumn("value", sql`varchar(255) character set utf8mb4`, (column) => column.notNull())
      .execute();
    await db
      .insertInto("ego_meta")
      .ignore()
      .values([
        { name: "format", value: "1" },
        { name: "shards", value: String(shards) },
        { name: "hash", value: hashName },
      ])
      .execute();
  },
};
