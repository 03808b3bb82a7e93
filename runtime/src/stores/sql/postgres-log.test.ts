// What a reader of the journal sees beside transactions that a test holds open by hand.
import { Kysely } from "kysely";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestDatabase } from "../../../../test/servers/database.ts";
import { postgres } from "../../../../test/servers/postgres.ts";
import { systemTiming } from "../../clock/clock.ts";
import type { EventStore } from "../../journal/event-store.ts";
import { shardOf } from "../../journal/hash.ts";
import { JournalCursor, type JournalEvent } from "../../journal/journal-cursor.ts";
import { lastPositions } from "../../journal/read-shards.ts";
import type { Store } from "../../journal/store.ts";
import { appendOf, holesIn, readAll } from "../testdata/appends.ts";
import { postgresStore } from "./postgres.ts";
import { journalStatements } from "./postgres-statements.ts";
import type { JournalDatabase } from "./schema.ts";

const { skipped } = postgres;
const shards = 256;
let schemas = 0;

/** An append as `appendOf` makes it, in its shard of a journal in Postgres. */
const append = (id: string, revision: number, count = 1) =>
  appendOf(id, revision, { shard: shardOf("account", id, shards), count });

/** An id in the same shard as another one, or in another shard. */
function idBeside(id: string, same: boolean): string {
  const shard = shardOf("account", id, shards);
  for (let n = 0; ; n++) if ((shardOf("account", `${id}-${n}`, shards) === shard) === same) return `${id}-${n}`;
}

/** Reads the whole journal on and on. The cursor itself looks after gaps. */
function follow(events: EventStore, from?: readonly number[]) {
  const start = from ?? Array.from({ length: shards }, () => 0);
  const cursor = new JournalCursor({
    events,
    timing: systemTiming,
    from: start.map((position, shard) => ({ shard, position })),
    pollMs: 20,
    report: (failure) => {
      throw failure;
    },
  });
  const seen: JournalEvent[] = [];
  return {
    seen,
    /** Ids of the events in the order in which they came, when there have been so many. */
    async ids(count: number, limit = 1_000): Promise<readonly string[]> {
      while (seen.length < count) seen.push(...((await cursor.read(Math.min(limit, count - seen.length))) ?? []));
      return seen.map(({ entityId }) => entityId);
    },
    [Symbol.asyncDispose]: () => cursor.close(),
  };
}

describe.skipIf(skipped !== undefined)(`the log in Postgres${skipped === undefined ? "" : ` [${skipped}]`}`, () => {
  let database: TestDatabase;
  let admin: Client;
  beforeAll(async () => {
    database = await postgres.open();
    admin = await connect();
  });
  afterAll(async () => {
    await admin.end();
    await database.close();
  });

  async function connect(url = database.url ?? ""): Promise<Client> {
    const client = new Client({ connectionString: url });
    await client.connect();
    return client;
  }

  async function opened(schema: string, url = database.url ?? ""): Promise<Store & AsyncDisposable> {
    const store = postgresStore({ connectionString: url, schema });
    await store.open?.([]);
    return { ...store, events: store.events, [Symbol.asyncDispose]: async () => store.close?.() };
  }

  /** A journal with two stores on it, and an event in it, so that the names of types are known. */
  async function journal() {
    const schema = `log_${schemas++}`;
    const one = await opened(schema);
    const other = await opened(schema);
    await one.events.append([append("first", 0)]);
    return {
      schema,
      one,
      other,
      async [Symbol.asyncDispose]() {
        await one[Symbol.asyncDispose]();
        await other[Symbol.asyncDispose]();
      },
    };
  }

  /** A transaction that has stored an event of an entity in the way of the store, and is held open. */
  async function held(schema: string, id: string): Promise<Client> {
    const client = await connect();
    const shard = shardOf("account", id, shards);
    await client.query("begin");
    await client.query(`select from ${schema}.ego_shards where shard = ${shard} for no key update`);
    await client.query(
      `insert into ${schema}.ego_events (shard, position, entity_type, entity_id, revision, event_type, payload, metadata, recorded_at, command_id)
       select $1, coalesce(max(position), 0) + 1, (select id from ${schema}.ego_types where name = 'account'), $2, 1,
              (select id from ${schema}.ego_types where name = 'bank.v1.Credited'), ''::bytea, ''::bytea, 1, 'held'
         from ${schema}.ego_events where shard = $1`,
      [shard, id],
    );
    return client;
  }

  /** Waits until somebody waits for a lock, as the test meant it to. */
  async function untilBlocked(): Promise<void> {
    const query = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while ((await admin.query(query)).rowCount === 0) {}
  }

  test("has nothing left out where one commit is hidden while later ones are there", async () => {
    await using made = await journal();
    const { schema, one, other } = made;
    const beside = idBeside("slow", true);
    const elsewhere = idBeside("slow", false);
    // The event of "slow" has its position, and its transaction waits.
    await admin.query(`
      create function ${schema}.hide() returns trigger language plpgsql as
        $$ begin perform pg_advisory_xact_lock(7); return null; end $$;
      create trigger hide after insert on ${schema}.ego_events for each row
        when (new.entity_id = 'slow') execute function ${schema}.hide()`);
    await using reader = follow(one.events);
    await reader.ids(1);
    await admin.query("select pg_advisory_lock(7)");
    const slow = one.events.append([append("slow", 0)]);
    await untilBlocked();

    expect(await other.events.append([append(elsewhere, 0)])).toMatchObject([{ stored: true }]);
    expect(await reader.ids(2)).toEqual(["first", elsewhere]);
    const later = other.events.append([append(beside, 0)]);
    await admin.query("select pg_advisory_unlock(7)");
    await Promise.all([slow, later]);

    expect(await reader.ids(4)).toEqual(["first", elsewhere, "slow", beside]);
    expect(holesIn(await readAll(one.events))).toEqual([]);
  });

  test("does not stall, and has no gap, where a transaction that had positions is rolled back", async () => {
    await using made = await journal();
    const { schema, one } = made;
    await using reader = follow(one.events);
    await reader.ids(1);
    const lost = await held(schema, "lost");
    const beside = idBeside("lost", true);
    const waiting = one.events.append([append(beside, 0)]);
    await untilBlocked();
    await lost.query("rollback");
    await lost.end();

    expect(await waiting).toEqual([{ stored: true, position: 1 }]);
    expect(await reader.ids(2)).toEqual(["first", beside]);
    expect(holesIn(await readAll(one.events))).toEqual([]);
  });

  test("does not stall where the connection of a transaction that had positions is gone", async () => {
    await using made = await journal();
    const { schema, one } = made;
    await using reader = follow(one.events);
    await reader.ids(1);
    const lost = await held(schema, "lost");
    const ended = new Promise((resolve) => lost.on("error", resolve));
    const waiting = one.events.append([append(idBeside("lost", true), 0)]);
    await untilBlocked();
    await admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'",
    );
    await ended;

    expect(await waiting).toEqual([{ stored: true, position: 1 }]);
    expect(await reader.ids(2)).toHaveLength(2);
  });

  test("has a commit that is delayed in its place, before what was stored in its shard after it", async () => {
    await using made = await journal();
    const { schema, one, other } = made;
    await using reader = follow(one.events);
    await reader.ids(1);
    const late = await held(schema, "late");
    const beside = idBeside("late", true);
    const elsewhere = idBeside("late", false);
    const waiting = other.events.append([append(beside, 0)]);
    await untilBlocked();
    for (let revision = 0; revision < 5; revision++) await one.events.append([append(elsewhere, revision)]);
    expect(await reader.ids(6)).toEqual(["first", ...Array(5).fill(elsewhere)]);
    await late.query("commit");
    await late.end();
    await waiting;

    expect((await reader.ids(8)).slice(6)).toEqual(["late", beside]);
    expect(reader.seen.slice(6).map(({ position }) => position)).toEqual([1, 2]);
  });

  test("goes on beside a session that is idle in a transaction, with a snapshot of before", async () => {
    await using made = await journal();
    await using reader = follow(made.one.events);
    await reader.ids(1);
    const idle = await connect();
    await idle.query("begin isolation level repeatable read");
    await idle.query(`select count(*) from ${made.schema}.ego_events`);
    await idle.query("select pg_current_xact_id()");

    for (let revision = 0; revision < 5; revision++) await made.other.events.append([append("a", revision)]);
    expect(await reader.ids(6)).toEqual(["first", ..."aaaaa"]);
    await idle.query("rollback");
    await idle.end();
  });

  test("goes on beside a transaction that is open in another database of the server", async () => {
    await using elsewhere = await postgres.open();
    await using made = await journal();
    await using reader = follow(made.one.events);
    await reader.ids(1);
    const writer = await connect(elsewhere.url);
    await writer.query("create table notes (id int4)");
    await writer.query("begin");
    await writer.query("insert into notes values (1)");

    for (let revision = 0; revision < 5; revision++) await made.other.events.append([append("a", revision)]);
    expect(await reader.ids(6)).toEqual(["first", ..."aaaaa"]);
    await writer.query("rollback");
    await writer.end();
  });

  test("is read in one statement, which looks up each shard in the index, however much there is", async () => {
    await using made = await journal();
    const { schema } = made;
    await admin.query(`
      insert into ${schema}.ego_events (shard, position, entity_type, entity_id, revision, event_type, payload, metadata, recorded_at)
      select n % 256, n / 256 + 10, 1, 'e' || n, 1, 1, ''::bytea, ''::bytea, 1 from generate_series(0, 99999) n`);
    await admin.query(`analyze ${schema}.ego_events`);
    const db = new Kysely<JournalDatabase>({ dialect: database.dialect() });
    const { text } = journalStatements(db, schema).readShards;
    await db.destroy();
    const all = Array.from({ length: shards }, (_, shard) => shard);
    for (const position of [0, 1_000_000]) {
      const values = [all, all.map(() => position), 500];
      const { rows } = await admin.query({ text: `explain (analyze, format json) ${text}`, values });
      const plan = JSON.stringify(rows);
      expect(plan).toContain('"Index Name":"ego_events_position"');
      expect(plan).not.toContain('"Seq Scan"');
      // Of 100,000 events those that are given, and no more than a page of one shard beside.
      expect(Math.max(...[...plan.matchAll(/"Actual Rows":([\d.]+)/g)].map(([, count]) => Number(count)))).toBeLessThan(
        1_000,
      );
    }
  });

  test("goes on when it was dumped and restored, where readers and writers were", async () => {
    const own = await postgres.open();
    const copy = await postgres.open();
    const schema = `log_${schemas++}`;
    const before = await opened(schema, own.url);
    for (let n = 0; n < 20; n++) await before.events.append([append(`e-${n}`, 0, 3)]);
    const reader = follow(before.events);
    await reader.ids(31, 7);
    await reader[Symbol.asyncDispose]();
    const positions = Array.from({ length: shards }, () => 0);
    for (const { shard, position } of reader.seen) positions[shard] = position;
    await before.close?.();
    await copy.close();
    // A copy of the files while nobody is connected: what a dump restores.
    await admin.query(`create database ${nameOf(copy)} template ${nameOf(own)}`);

    await using restored = await opened(schema, copy.url);
    for (let n = 0; n < 20; n++) {
      expect(await restored.events.append([append(`e-${n}`, 3)])).toMatchObject([{ stored: true }]);
    }
    await using again = follow(restored.events, positions);
    await again.ids(80 - 31);
    const all = await readAll(restored.events);
    expect(holesIn(all)).toEqual([]);
    const places = [...reader.seen, ...again.seen].map(({ shard, position }) => `${shard}:${position}`);
    expect(places.toSorted()).toEqual(all.map(({ shard, position }) => `${shard}:${position}`).toSorted());
    expect(await lastPositions(restored.events)).toEqual(
      Array.from({ length: shards }, (_, shard) => all.filter((event) => event.shard === shard).length),
    );
    await restored.close?.();
    await copy.close();
    await own.close();
  });
});

const nameOf = ({ url = "" }: TestDatabase) => new URL(url).pathname.slice(1);
