import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { account } from "../examples/bank/src/gen/bank/v1/account_ego.ts";
import { AccountCreditedSchema } from "../examples/bank/src/gen/bank/v1/account_pb.ts";
import { type Place, storeAt } from "./place.ts";

/** A journal that was made by the database itself: past every engine, in one statement. */
export interface FilledJournal {
  readonly store: "sqlite" | "postgres";
  readonly place: Place;
  readonly events: number;
  readonly entities: number;
  /** Of each entity. */
  readonly eventsEach: number;
  readonly shards: number;
}

const eventsEach = 100;
/** A multiple of the number of shards on each store. */
const shardsAtMost = 256;

/** The id of an entity of a filled journal, and its shard. */
export function filledEntity(
  { shards }: FilledJournal,
  index: number,
): { readonly id: string; readonly shard: number } {
  return { id: `account-${index}`, shard: index % shards };
}

/** Fills a new journal with about so many events, of entities whose events are spread over all of it. */
export async function fillJournal(store: "sqlite" | "postgres", place: Place, about: number): Promise<FilledJournal> {
  const entities = Math.ceil(about / eventsEach / shardsAtMost) * shardsAtMost;
  const events = entities * eventsEach;
  const opened = storeAt(store, place);
  await opened.open?.([account.table]);
  const shards = opened.events.shardCount;
  await opened.close?.();
  await (store === "sqlite" ? fillSqlite : fillPostgres)(place, events, entities, shards);
  return { store, place, events, entities, eventsEach, shards };
}

// Field 1, a text of so many characters; field 2, the number 1. All of it is ASCII: as text it is the same bytes.
const sqlitePayload = (id: string) => `cast(char(10, length(${id})) || ${id} || char(16, 1) as blob)`;
const postgresPayload = (id: string) =>
  `convert_to(chr(10) || chr(length(${id})) || ${id} || chr(16) || chr(1), 'UTF8')`;

// The n-th event of all belongs to the entity n mod entities, so each shard gets the same number of them in each round.
const columns =
  "(shard, position, entity_type, entity_id, revision, event_type, payload, metadata, recorded_at, command_id)";

async function fillSqlite({ filename }: Place, events: number, entities: number, shards: number): Promise<void> {
  const db = new DatabaseSync(filename);
  const type = idOf(db.prepare("select id from ego_types where name = ?").get(account.table.name));
  const event = idOf(db.prepare("select id from ego_types where name = ?").get(AccountCreditedSchema.typeName));
  db.exec(`
    pragma synchronous = off;
    pragma cache_size = -262144;
    begin;
    with recursive numbers(n) as (select 0 union all select n + 1 from numbers where n + 1 < ${events})
    insert into ego_events ${columns}
    select n % ${entities} % ${shards},
           n / ${entities} * ${entities / shards} + n % ${entities} / ${shards} + 1,
           ${type}, 'account-' || (n % ${entities}), n / ${entities} + 1, ${event}, ${sqlitePayload(`('account-' || (n % ${entities}))`)}, x'', 1700000000000,
           'command-' || n
      from numbers;
    commit;
    pragma wal_checkpoint(truncate);
  `);
  db.close();
}

async function fillPostgres({ url, schema }: Place, events: number, entities: number, shards: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`insert into ${schema}.ego_types (name) values ($1), ($2) on conflict do nothing`, [
    account.table.name,
    AccountCreditedSchema.typeName,
  ]);
  const { rows } = await client.query(`select id, name from ${schema}.ego_types`);
  const named = (name: string) => idOf(rows.find((row) => row.name === name));
  await client.query(`
    insert into ${schema}.ego_events ${columns}
    select n % ${entities} % ${shards},
           n / ${entities} * ${entities / shards} + n % ${entities} / ${shards} + 1,
           ${named(account.table.name)}, 'account-' || (n % ${entities}), n / ${entities} + 1,
           ${named(AccountCreditedSchema.typeName)}, ${postgresPayload(`('account-' || (n % ${entities}))`)}, '', 1700000000000, 'command-' || n
      from generate_series(0, ${events - 1}) n`);
  await client.query(`vacuum analyze ${schema}.ego_events`);
  await client.query("checkpoint");
  await client.end();
}

function idOf(row: unknown): number {
  return Number((row as { readonly id: number | string }).id);
}
