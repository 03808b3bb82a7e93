import { type Kysely, type RawBuilder, sql } from "kysely";
import type { PostgresStatement } from "./postgres-driver.ts";
import type { JournalDatabase } from "./schema.ts";

/** A table or a function of the journal, as SQL names it in its schema. */
export type Qualify = (name: string) => RawBuilder<unknown>;

/** Names things in a schema. */
export function qualifyIn(schema: string): Qualify {
  return (name) => sql.id(schema, name);
}

/** Compiles a statement once; its parameters stand in the text as `$1`, `$2`. */
export type Prepare = (name: string, query: RawBuilder<unknown>) => PostgresStatement;

/** Compiles statements for a database. */
export function prepareFor(db: Kysely<JournalDatabase>): Prepare {
  return (name, query) => ({ name, text: query.compile(db).sql });
}

/** The statements of the journal of events. */
export interface EventStatements {
  readonly append: PostgresStatement;
  readonly stored: PostgresStatement;
  readonly heads: PostgresStatement;
  readonly load: PostgresStatement;
  readonly read: PostgresStatement;
}

/** Writes the statements of the journal of events. */
export function eventStatements(prepare: Prepare, qualify: Qualify): EventStatements {
  const events = qualify("ego_events");
  const columns = sql.raw(
    "shard, position, entity_type, entity_id, revision, event_type, payload, metadata, recorded_at, command_id",
  );
  return {
    append: prepare(
      "ego_append",
      sql`select base, refused from ${qualify("ego_append")}($1::int4[], $2::int4[], $3::int4[], $4::int4[], $5::text[], $6::int8[], $7::int4[], $8::bytea[], $9::bytea[], $10::int8[], $11::text[], $12::int4[], $13::text[], $14::int8[])`,
    ),
    stored: prepare(
      "ego_stored",
      sql`select at, place, command from ${qualify("ego_stored")}($1::int4[], $2::int4[], $3::text[], $4::int8[])`,
    ),
    heads: prepare(
      "ego_heads",
      sql`select coalesce((select e.revision from ${events} e where e.entity_id = h.id and e.entity_type = h.type order by e.revision desc limit 1), 0) as head from unnest($1::int4[], $2::text[]) with ordinality h(type, id, at) order by h.at`,
    ),
    load: prepare(
      "ego_load",
      sql`select ${columns} from ${events} where entity_id = $1 and entity_type = $2 and revision between $3::int8 and $4::int8 order by revision limit $5::int8`,
    ),
    read: prepare(
      "ego_read",
      sql`select ${columns} from ${events} where shard = $1 and position > $2::int8 order by position limit $3::int8`,
    ),
  };
}
