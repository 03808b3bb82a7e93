import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { hashName, type JournalDatabase } from "../schema.ts";

const shards = 256;

/**
 * The first format of the journal on Postgres. `schema` is the schema in which it lives: the function names its tables
 * in full, so that nobody's search path decides what is written.
 */
export function postgresJournal(schema: string): Migration {
  const id = (name: string) => sql.id(schema, name);
  return {
    async up(unscoped: Kysely<JournalDatabase>) {
      const db = unscoped.withSchema(schema);
      // Ids and names are compared by their bytes, whatever the locale of the database.
      const text = sql`text collate "C"`;

      await db.schema
        .createTable("ego_meta")
        .addColumn("name", text, (column) => column.notNull().primaryKey())
        .addColumn("value", "text", (column) => column.notNull())
        .execute();
      await db
        .insertInto("ego_meta")
        .values([
          { name: "format", value: "1" },
          { name: "shards", value: String(shards) },
          { name: "hash", value: hashName },
        ])
        .execute();

      await db.schema
        .createTable("ego_types")
        .addColumn("id", "integer", (column) => column.primaryKey().generatedAlwaysAsIdentity())
        .addColumn("name", text, (column) => column.notNull().unique())
        .execute();

      // A row is the lock of its shard. It is never updated: while anybody holds a snapshot, dead versions of rows
      // that are pile up, and each append reads past them.
      await db.schema
        .createTable("ego_shards")
        .addColumn("shard", "integer", (column) => column.notNull().primaryKey())
        .execute();
      await sql`insert into ${id("ego_shards")} select generate_series(0, ${sql.lit(shards - 1)})`.execute(db);

      await db.schema
        .createTable("ego_events")
        .addColumn("shard", "integer", (column) => column.notNull())
        .addColumn("position", "bigint", (column) => column.notNull())
        .addColumn("entity_type", "integer", (column) => column.notNull())
        .addColumn("entity_id", text, (column) => column.notNull())
        .addColumn("revision", "bigint", (column) => column.notNull())
        .addColumn("event_type", "integer", (column) => column.notNull())
        .addColumn("payload", "bytea")
        .addColumn("sensitive", "bytea")
        .addColumn("key_id", "text")
        .addColumn("metadata", "bytea", (column) => column.notNull())
        .addColumn("recorded_at", "bigint", (column) => column.notNull())
        .addColumn("command_id", text)
        .addPrimaryKeyConstraint("ego_events_entity", ["entity_id", "entity_type", "revision"])
        .addUniqueConstraint("ego_events_position", ["shard", "position"])
        .execute();
      await appendFunction(id).execute(db);
      await storedFunction(id).execute(db);

      await db.schema
        .createTable("ego_states")
        .addColumn("entity_id", text, (column) => column.notNull())
        .addColumn("entity_type", "integer", (column) => column.notNull())
        .addColumn("revision", "bigint", (column) => column.notNull())
        .addColumn("payload", "bytea", (column) => column.notNull())
        .addPrimaryKeyConstraint("ego_states_entity", ["entity_id", "entity_type"])
        .execute();

      await db.schema
        .createTable("ego_receipts")
        .addColumn("entity_id", text, (column) => column.notNull())
        .addColumn("entity_type", "integer", (column) => column.notNull())
        .addColumn("revision", "bigint", (column) => column.notNull())
        .addColumn("removed", "integer", (column) => column.notNull())
        .addColumn("command_id", text, (column) => column.notNull())
        .addColumn("metadata", "bytea", (column) => column.notNull())
        .addColumn("recorded_at", "bigint", (column) => column.notNull())
        .addPrimaryKeyConstraint("ego_receipts_entity", ["entity_id", "entity_type", "revision"])
        .execute();
    },
  };
}

/**
 * Appends the events of a batch in one call. `at_shard` is for each event the index of its shard in `shards`, which
 * are ascending, and `at_offset` its number among the events of that shard. `head_…` are entities whose head must be
 * what the batch takes it for: if one is not, nothing is stored and `refused` has their indexes.
 */
function appendFunction(id: (name: string) => ReturnType<typeof sql.id>) {
  return sql`
create function ${id("ego_append")}(
  shards int4[],
  at_shard int4[], at_offset int4[], entity_types int4[], entity_ids text[], revisions int8[], event_types int4[],
  payloads bytea[], metadatas bytea[], recorded int8[], command_ids text[],
  head_types int4[], head_ids text[], head_revisions int8[],
  out base int8[], out refused int4[]
) language plpgsql as $function$
#variable_conflict use_column
declare locked int4;
begin
  -- All writers lock in one order, so they queue and never deadlock. The lock is held through the commit: the order of
  -- positions is the order of commits.
  perform from ${id("ego_shards")} s where s.shard = any(shards) order by s.shard for no key update;
  get diagnostics locked = row_count;
  if locked <> cardinality(shards) then
    raise exception 'the journal has % of the % shards that the batch names', locked, cardinality(shards)
      using errcode = 'EGO01';
  end if;
  if cardinality(head_ids) > 0 then
    -- A scalar subquery per entity: as a join the planner may hash the whole table.
    select array_agg(h.at::int4) into refused
      from unnest(head_types, head_ids, head_revisions) with ordinality h(type, id, revision, at)
     where coalesce((select e.revision from ${id("ego_events")} e
                      where e.entity_id = h.id and e.entity_type = h.type
                      order by e.revision desc limit 1), 0) <> h.revision;
    if refused is not null then return; end if;
  end if;
  -- Under a snapshot that is newer than the lock, since each statement takes its own at "read committed".
  select array_agg(coalesce((select e.position from ${id("ego_events")} e
                              where e.shard = s.shard order by e.position desc limit 1), 0) order by s.at)
    into base from unnest(shards) with ordinality s(shard, at);
  -- A stale revision violates the primary key and takes the whole call back: no position is lost.
  insert into ${id("ego_events")}
    (shard, position, entity_type, entity_id, revision, event_type, payload, metadata, recorded_at, command_id)
  select shards[n.shard], base[n.shard] + n.at, n.type, n.id, n.revision, n.event, n.payload, n.metadata, n.recorded,
         n.command
    from unnest(at_shard, at_offset, entity_types, entity_ids, revisions, event_types, payloads, metadatas, recorded,
                command_ids)
      n(shard, at, type, id, revision, event, payload, metadata, recorded, command);
end $function$`;
}

/**
 * What is stored at some revisions, as soon as nobody writes to their shards: for a batch whose outcome is not known,
 * since the connection broke. The locks wait for the end of the old connection's transaction.
 */
function storedFunction(id: (name: string) => ReturnType<typeof sql.id>) {
  return sql`
create function ${id("ego_stored")}(shards int4[], types int4[], ids text[], revisions int8[])
returns table (at int8, place int8, command text) language plpgsql as $function$
#variable_conflict use_column
begin
  perform from ${id("ego_shards")} s where s.shard = any(shards) order by s.shard for no key update;
  return query
    select h.at, e.position, e.command_id from unnest(types, ids, revisions) with ordinality h(type, id, revision, at)
      join ${id("ego_events")} e on e.entity_id = h.id and e.entity_type = h.type and e.revision = h.revision;
end $function$`;
}
