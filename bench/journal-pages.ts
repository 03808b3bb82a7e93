import { existsSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { account } from "../examples/bank/src/gen/bank/v1/account_ego.ts";
import { AccountCreditedSchema } from "../examples/bank/src/gen/bank/v1/account_pb.ts";
import { encodeArray, PostgresArray } from "../runtime/src/stores/sql/postgres-array.ts";
import { type FilledJournal, filledEntity } from "./journal-fill.ts";
import { pageOfShard } from "./journal-work.ts";

/** Pages that an operation looks at; undefined where that cannot be counted. */
export interface Pages {
  /** Of one event. */
  readonly append: number | undefined;
  /** Of all events of one entity. */
  readonly load: number | undefined;
  /** Of a page of one shard. */
  readonly read: number | undefined;
}

/** Operations over which the pages are averaged. */
const times = 50;

/** Counts the pages of the store's own statements. */
export function pagesOf(journal: FilledJournal): Promise<Pages> {
  return journal.store === "sqlite" ? sqlitePages(journal) : postgresPages(journal);
}

const select =
  "select shard, position, entity_type, entity_id, revision, event_type, payload, metadata, recorded_at, command_id";

/**
 * SQLite does not say what it reads, but the kernel does: a connection without a cache reads each page from the file.
 * Appends are taken back.
 */
async function sqlitePages(journal: FilledJournal): Promise<Pages> {
  if (!existsSync("/proc/self/io")) return { append: undefined, load: undefined, read: undefined };
  const db = new DatabaseSync(journal.place.filename);
  db.exec("pragma cache_size = 1; pragma mmap_size = 0");
  const pageSize = Number(db.prepare("pragma page_size").get()?.page_size);
  const nameId = db.prepare("select id from ego_types where name = ?");
  const type = Number(nameId.get(account.table.name)?.id);
  const eventType = Number(nameId.get(AccountCreditedSchema.typeName)?.id);
  const head = db.prepare("select max(revision) as head from ego_events where entity_id = ? and entity_type = ?");
  const last = db.prepare("select max(position) as last from ego_events where shard = ?");
  const insert = db.prepare(
    "insert into ego_events (shard, position, entity_type, entity_id, revision, event_type, payload, metadata, recorded_at, command_id) values (?, ?, ?, ?, ?, ?, x'', x'', 0, null)",
  );
  const load = db.prepare(
    `${select} from ego_events where entity_id = ? and entity_type = ? and revision >= 1 order by revision`,
  );
  const read = db.prepare(
    `${select} from ego_events where shard = ? and position > ? order by position limit ${pageOfShard}`,
  );
  const count = (work: (index: number) => void): number => {
    const before = bytesRead();
    for (let at = 0; at < times; at++) work(Math.floor((at + 0.5) * (journal.entities / times)));
    return (bytesRead() - before) / pageSize / times;
  };
  const pages = {
    append: count((index) => {
      const { id, shard } = filledEntity(journal, index);
      db.exec("begin immediate");
      const revision = Number(head.get(id, type)?.head) + 1;
      insert.run(shard, Number(last.get(shard)?.last) + 1, type, id, revision, eventType);
      db.exec("rollback");
    }),
    load: count((index) => load.all(filledEntity(journal, index).id, type)),
    read: count((index) => read.all(filledEntity(journal, index).shard, positionOf(journal, index))),
  };
  db.close();
  return pages;
}

/** Bytes that this process asked the kernel for. Reading that costs some itself: the same each time, and few. */
function bytesRead(): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
}

/** A place in a shard from which on there is a whole page of it. */
function positionOf({ events, shards, entities }: FilledJournal, index: number): number {
  return Math.floor((events / shards - pageOfShard) * (index / entities));
}

/** Postgres says which buffers a statement looked at, those of its functions too. Appends are taken back. */
async function postgresPages(journal: FilledJournal): Promise<Pages> {
  const { url, schema } = journal.place;
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(`select id, name from ${schema}.ego_types`);
  const idOf = (name: string) => Number(rows.find((row) => row.name === name)?.id);
  const type = idOf(account.table.name);
  const eventType = idOf(AccountCreditedSchema.typeName);
  const buffers = async (text: string, values: readonly unknown[]): Promise<number> => {
    const { rows } = await client.query(`explain (analyze, buffers, format json) ${text}`, [...values]);
    const { Plan: plan } = rows[0]["QUERY PLAN"][0];
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
  };
  const append = async (index: number) => {
    const { id, shard } = filledEntity(journal, index);
    const of = (kind: "int4" | "int8" | "text" | "bytea", ...values: (number | string | Uint8Array | null)[]) =>
      encodeArray(new PostgresArray(kind, values));
    const nothing = new Uint8Array(0);
    const revision = journal.eventsEach;
    const one = [of("int4", shard), of("int4", 1), of("int4", 1), of("int4", type), of("text", id)];
    const event = [of("int8", revision + 1), of("int4", eventType), of("bytea", nothing), of("bytea", nothing)];
    const head = [of("int8", 0), of("text", null), of("int4", type), of("text", id), of("int8", revision)];
    await client.query("begin");
    const counted = await buffers(
      `select base, refused from ${schema}.ego_append($1::int4[], $2::int4[], $3::int4[], $4::int4[], $5::text[], $6::int8[], $7::int4[], $8::bytea[], $9::bytea[], $10::int8[], $11::text[], $12::int4[], $13::text[], $14::int8[])`,
      [...one, ...event, ...head],
    );
    await client.query("rollback");
    return counted;
  };
  const load = (index: number) =>
    buffers(
      `${select} from ${schema}.ego_events where entity_id = $1 and entity_type = $2 and revision >= 1 order by revision`,
      [filledEntity(journal, index).id, type],
    );
  const read = (index: number) =>
    buffers(
      `${select} from ${schema}.ego_events where shard = $1 and position > $2::int8 order by position limit ${pageOfShard}`,
      [filledEntity(journal, index).shard, positionOf(journal, index)],
    );
  const count = async (work: (index: number) => Promise<number>): Promise<number> => {
    // What a connection looks up once is not counted.
    await work(0);
    let sum = 0;
    for (let at = 0; at < times; at++) sum += await work(Math.floor((at + 0.5) * (journal.entities / times)));
    return sum / times;
  };
  const pages = { append: await count(append), load: await count(load), read: await count(read) };
  await client.end();
  return pages;
}
