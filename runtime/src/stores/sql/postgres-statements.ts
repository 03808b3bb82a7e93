import { type Kysely, type RawBuilder, sql } from "kysely";
import type { PostgresStatement } from "./postgres-driver.ts";
import type { JournalDatabase } from "./schema.ts";

/** The statements of a journal, by what they do. */
export type JournalStatements = Readonly<
  Record<
    | "append"
    | "stored"
    | "heads"
    | "load"
    | "loadPayloads"
    | "read"
    | "removePayloads"
    | "saveSnapshots"
    | "loadSnapshot"
    | "deleteSnapshots"
    | "readShards"
    | "lastPositions"
    | "findNames"
    | "findIds"
    | "addNames",
    PostgresStatement
  >
>;

/**
 * Makes the commit of the transaction that it runs in wait for the server's disk, whatever the default is: a reply means
 * that the events are there. Of all levels, `off` alone answers before. In each transaction, since through a pool nobody
 * knows which connection it gets.
 */
export const durableCommit: RawBuilder<unknown> = sql`case when current_setting('synchronous_commit') = 'off' then set_config('synchronous_commit', 'on', true) end`;

/** Compiles the statements of the journal in a schema; their parameters stand in the text as `$1`, `$2`. */
export function journalStatements(db: Kysely<JournalDatabase>, schema: string): JournalStatements {
  const id = (name: string) => sql.id(schema, name);
  const prepare = (name: string, query: RawBuilder<unknown>) => ({ name, text: query.compile(db).sql });
  const events = id("ego_events");
  const snapshots = id("ego_snapshots");
  const types = id("ego_types");
  // Of an entity that is known.
  const ownColumns = sql.raw("shard, position, revision, event_type, payload, metadata, recorded_at, command_id");
  const columns = sql.raw(
    "shard, position, entity_type, entity_id, revision, event_type, payload, metadata, recorded_at, command_id",
  );
  return {
    append: prepare(
      "ego_append",
      sql`select base, refused, ${durableCommit} from ${id("ego_append")}($1::int4[], $2::int4[], $3::int4[], $4::int4[], $5::text[], $6::int8[], $7::int4[], $8::bytea[], $9::bytea[], $10::int8[], $11::text[], $12::int4[], $13::text[], $14::int8[])`,
    ),
    stored: prepare(
      "ego_stored",
      sql`select at, place, command from ${id("ego_stored")}($1::int4[], $2::int4[], $3::text[], $4::int8[])`,
    ),
    heads: prepare(
      "ego_heads",
      sql`select coalesce((select e.revision from ${events} e where e.entity_id = h.id and e.entity_type = h.type order by e.revision desc limit 1), 0) as head from unnest($1::int4[], $2::text[]) with ordinality h(type, id, at) order by h.at`,
    ),
    load: prepare(
      "ego_load",
      sql`select ${ownColumns} from ${events} where entity_id = $1 and entity_type = $2 and revision between $3::int8 and $4::int8 order by revision limit $5::int8`,
    ),
    loadPayloads: prepare(
      "ego_load_payloads",
      sql`select revision, event_type, payload from ${events} where entity_id = $1 and entity_type = $2 and revision between $3::int8 and $4::int8 order by revision limit $5::int8`,
    ),
    read: prepare(
      "ego_read",
      sql`select ${columns} from ${events} where shard = $1 and position > $2::int8 order by position limit $3::int8`,
    ),
    removePayloads: prepare(
      "ego_remove_payloads",
      sql`update ${events} set payload = null, sensitive = null where entity_id = $1 and entity_type = $2 and revision between $3::int8 and $4::int8 and position <= $5::int8 and payload is not null`,
    ),
    saveSnapshots: prepare(
      "ego_save_snapshots",
      sql`insert into ${snapshots} (entity_id, entity_type, revision, schema_hash, payload, recorded_at) select * from unnest($1::text[], $2::int4[], $3::int8[], $4::text[], $5::bytea[], $6::int8[]) on conflict (entity_id, entity_type, revision, schema_hash) do update set payload = excluded.payload, recorded_at = excluded.recorded_at`,
    ),
    loadSnapshot: prepare(
      "ego_load_snapshot",
      sql`select revision, schema_hash, payload, recorded_at from ${snapshots} where entity_id = $1 and entity_type = $2 and revision <= $3::int8 and ($4::text is null or schema_hash = $4::text) order by revision desc limit 1`,
    ),
    deleteSnapshots: prepare(
      "ego_delete_snapshots",
      sql`delete from ${snapshots} where entity_id = $1 and entity_type = $2 and revision between $3::int8 and $4::int8`,
    ),
    // One descent of the index for each shard. The shards are in order as they come out of the array, so that the sort
    // is one shard at a time, and the limit ends the work.
    readShards: prepare(
      "ego_read_shards",
      sql`select e.* from unnest($1::int4[], $2::int8[]) with ordinality s(shard, after, at) cross join lateral (select ${columns} from ${events} where shard = s.shard and position > s.after order by position limit $3::int8) e order by s.at, e.position limit $3::int8`,
    ),
    lastPositions: prepare(
      "ego_last_positions",
      sql`select coalesce((select e.position from ${events} e where e.shard = s.shard order by e.position desc limit 1), 0) as position from generate_series(0, $1::int4 - 1) s(shard) order by s.shard`,
    ),
    findNames: prepare("ego_types_by_name", sql`select id, name from ${types} where name = any($1::text[])`),
    findIds: prepare("ego_types_by_id", sql`select id, name from ${types} where id = any($1::int4[])`),
    addNames: prepare(
      "ego_types_insert",
      sql`insert into ${types} (name) select unnest($1::text[]) on conflict do nothing`,
    ),
  };
}
