import { create } from "@bufbuild/protobuf";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { sql } from "kysely";
import { Client, Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestDatabase } from "../../../../test/servers/database.ts";
import { postgres } from "../../../../test/servers/postgres.ts";
import type { StateChange } from "../../journal/state-store.ts";
import { noHost } from "../../journal/store-host.ts";
import { appendOf, holesIn, readAll } from "../testdata/appends.ts";
import { openProxy } from "../testdata/proxy.ts";
import { postgresjsDialect } from "../testdata/stores.ts";
import { pgDriver } from "./pg-driver.ts";
import { type PostgresReach, type PostgresStoreOptions, postgresStore } from "./postgres.ts";
import { postgresKindOf } from "./postgres-failure.ts";

const { skipped } = postgres;
let schemas = 0;

/** A driver that a store may talk to Postgres by. */
interface DriverCase {
  readonly driver: string;
  /** What it cannot do when a connection breaks, if that is so. */
  readonly breaks?: string;
  reach(url: string): PostgresReach;
}

const drivers: readonly DriverCase[] = [
  { driver: "pg", reach: (url) => ({ connectionString: url }) },
  {
    driver: "postgres.js",
    // https://github.com/porsager/postgres/issues/1208
    breaks: "postgres.js 3.4.9 throws where nobody can catch it when a reserved connection breaks",
    reach: (url) => ({ dialect: postgresjsDialect(url) }),
  },
];

const reason = skipped === undefined ? "" : ` [${skipped}]`;
describe.skipIf(skipped !== undefined).each(drivers)(`a store in Postgres by $driver${reason}`, ({ reach, breaks }) => {
  let database: TestDatabase;
  let url: string;
  let admin: Client;
  beforeAll(async () => {
    database = await postgres.open();
    url = database.url ?? "";
    admin = new Client({ connectionString: url });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await database.close();
  });
  const freshSchema = () => `own_${schemas++}`;

  async function opened(options: Pick<PostgresStoreOptions, "schema" | "reconnectMs"> & { url?: string } = {}) {
    const { url: at = url, ...rest } = options;
    const store = postgresStore({ schema: freshSchema(), ...rest, ...reach(at) });
    await store.open?.([]);
    return { ...store, events: store.events, states: store.states, [Symbol.asyncDispose]: async () => store.close?.() };
  }

  describe.skipIf(breaks)(`when the connection breaks${breaks ? ` [${breaks}]` : ""}`, () => {
    test.each(["cutNextQuestion", "cutNextAnswer"] as const)(
      "%s: the batch is stored once, and answered",
      async (cut) => {
        await using way = await openProxy(url);
        await using store = await opened({ url: way.url });
        await store.events.append([appendOf("a", 0, { count: 2 }), appendOf("b", 0)]);

        way[cut]();
        const results = await store.events.append([appendOf("a", 2, { count: 3 }), appendOf("c", 0), appendOf("b", 5)]);

        const [, , ofB] = results;
        expect(results.slice(0, 2).map(({ stored }) => stored)).toEqual([true, true]);
        expect(ofB).toEqual({ stored: false, head: 1 });
        const ofA = await store.events.load("account", "a");
        expect(ofA.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5]);
        expect(results[0]).toEqual({ stored: true, position: ofA.at(-1)?.position });
        expect(holesIn(await readAll(store.events))).toEqual([]);
      },
    );

    test("a batch that somebody else's is in the way of is refused, not taken for stored", async () => {
      await using way = await openProxy(url);
      const schema = freshSchema();
      await using store = await opened({ url: way.url, schema });
      await using other = await opened({ schema });
      await store.events.append([appendOf("a", 0)]);
      await other.events.append([appendOf("a", 1, { commandId: "other" })]);

      way.cutNextAnswer();
      expect(await store.events.append([appendOf("a", 1, { commandId: "own" })])).toEqual([{ stored: false, head: 2 }]);
    });

    test("nor is one of another engine that was given the same command, and made other events of it", async () => {
      await using way = await openProxy(url);
      const schema = freshSchema();
      await using store = await opened({ url: way.url, schema });
      await using other = await opened({ schema });
      await store.events.append([appendOf("warm", 0)]);
      const command = { commandId: "c", count: 2 };
      await other.events.append([appendOf("a", 0, { ...command, recordedAt: 1 })]);

      way.cutNextAnswer();
      expect(await store.events.append([appendOf("a", 0, { ...command, recordedAt: 2 })])).toEqual([
        { stored: false, head: 2 },
      ]);
    });

    test("reading goes on with a new one", async () => {
      await using way = await openProxy(url);
      await using store = await opened({ url: way.url });
      await store.events.append([appendOf("a", 0)]);
      expect(await store.events.load("account", "a")).toHaveLength(1);

      way.cutNextQuestion();
      expect(await store.events.load("account", "a")).toHaveLength(1);
    });

    test("a server that stays away is unavailable, and the store goes on when it is back", async () => {
      await using way = await openProxy(url);
      await using store = await opened({ url: way.url, reconnectMs: 50 });
      await store.events.append([appendOf("a", 0)]);
      way.close();
      await expect(store.events.append([appendOf("a", 1)])).rejects.toMatchObject({
        code: "unavailable",
        retryable: true,
        message: expect.stringContaining("Is it running, and can it be reached?"),
      });
      way.open();
      expect(await store.events.append([appendOf("a", 1)])).toMatchObject([{ stored: true }]);
      expect(holesIn(await readAll(store.events))).toEqual([]);
    });

    test("to a primary that takes no writes any more, it goes on with a new one", async () => {
      const pool = new Pool({ connectionString: url });
      const clients: { query(text: string): Promise<unknown> }[] = [];
      pool.on("connect", (client) => clients.push(client));
      const store = postgresStore({ pool, schema: freshSchema() });
      await store.open?.([]);
      await store.events.append([appendOf("a", 0)]);
      await store.states.save([changeOf("a")]);
      // As all connections to it are when it was made a standby.
      for (const client of clients) await client.query("set default_transaction_read_only = on");

      // Each connection of the pool that says so is left.
      await expect.poll(() => store.states.save([changeOf("b")]).catch(() => [])).toMatchObject([{ stored: true }]);
      expect(await store.events.append([appendOf("a", 1)])).toMatchObject([{ stored: true }]);
      await store.close?.();
      await pool.end();
    });

    test("between two statements of a transaction, that fails, and the process lives on", async () => {
      const pool = new Pool({ connectionString: url });
      pool.on("error", () => undefined);
      const driver = pgDriver(pool, true, noHost);
      const ended = Promise.withResolvers<void>();
      pool.on("connect", (client) => client.once("end", ended.resolve));

      const transaction = driver.db.transaction().execute(async (db) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
        await admin.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
        await ended.promise;
        await sql`select 1`.execute(db);
      });

      const failure = await transaction.catch((thrown: unknown) => thrown);
      expect(postgresKindOf(failure)).toBe("lost");
      expect((await sql<{ one: number }>`select 1 as one`.execute(driver.db)).rows).toEqual([{ one: 1 }]);
      await driver.close();
    });

    test("in the moment a client of the pool is taken, the process lives on", async () => {
      const pool = new Pool({ connectionString: url });
      const driver = pgDriver(pool, true, noHost);
      // Who asked for the client has it in a later microtask.
      pool.on("acquire", (client) => queueMicrotask(() => client.emit("error", new Error("terminating connection"))));
      expect((await sql<{ one: number }>`select 1 as one`.execute(driver.db)).rows).toEqual([{ one: 1 }]);
      await driver.close();
    });

    test("with backends killed all the time nothing answered is lost, nothing doubled, no position left out", async () => {
      await using store = await opened({ reconnectMs: 10_000 });
      const killer = new Client({ connectionString: url });
      await killer.connect();
      let done = false;
      let killed = 0;
      let answered = 0;
      const killing = (async () => {
        for (let pause = 0.001; !done; ) {
          // Long enough for a batch to get through now and then, on whatever disk.
          const before = answered;
          await killer.query("select pg_sleep($1)", [pause]);
          pause = answered > before ? 0.001 : Math.min(pause * 2, 0.25);
          const { rows } = await killer.query(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like '%ego_append%' and pid <> pg_backend_pid() limit 1",
          );
          killed += rows.length;
        }
      })();
      const stored = new Map<string, number>();
      await Promise.all(
        Array.from({ length: 4 }, async (_, writer) => {
          for (let round = 0; round < 40; round++) {
            const batch = Array.from({ length: 5 }, (_, n) => appendOf(`w${writer}-${n}`, round));
            const results = await store.events.append(batch);
            answered++;
            for (const [index, result] of results.entries()) {
              expect(result.stored).toBe(true);
              stored.set(batch[index]?.entityId ?? "", round + 1);
            }
          }
        }),
      );
      done = true;
      await killing;
      await killer.end();

      expect(killed).toBeGreaterThan(5);
      expect(stored.size).toBe(20);
      for (const [id, head] of stored) {
        const events = await store.events.load("account", id);
        expect(events.map(({ commandId }) => commandId)).toEqual(Array.from({ length: head }, (_, n) => `${id}-${n}`));
      }
      expect(holesIn(await readAll(store.events, 100))).toEqual([]);
    }, 60_000);
  });

  describe("is opened", () => {
    test("by several at once, which make one journal", async () => {
      const schema = freshSchema();
      const stores = await Promise.all(Array.from({ length: 4 }, () => opened({ schema })));
      for (const [index, store] of stores.entries()) {
        expect(await store.events.append([appendOf(`e-${index}`, 0)])).toMatchObject([{ stored: true }]);
      }
      expect(await readAll(stores[0]?.events ?? expect.fail())).toHaveLength(4);
      for (const store of stores) await store.close?.();
    });

    test("in schemas that never see each other's rows", async () => {
      await using one = await opened();
      await using two = await opened();
      await one.events.append([appendOf("a", 0)]);
      expect(await two.events.load("account", "a")).toEqual([]);
      expect(await readAll(two.events)).toEqual([]);
    });

    test.each([
      [
        "a wrong password",
        { password: "wrong" },
        "permission_denied",
        "Check the user and the password of the connection.",
      ],
      [
        "a database that is not there",
        { pathname: "nowhere" },
        "invalid_argument",
        "Create the database, or name another",
      ],
      ["a port where nothing is", { port: "1" }, "unavailable", "Is it running, and can it be reached?"],
      ["a host that is none", { hostname: "nowhere.invalid" }, "unavailable", "Is it running, and can it be reached?"],
    ] as const)("with %s: an error that says what to do", async (_, change, code, text) => {
      const store = postgresStore({ ...reach(Object.assign(new URL(url), change).href), reconnectMs: 10 });
      const failure = await store.open?.([]).catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({ code, message: expect.stringContaining(text) });
      expect((failure as Error).message).not.toContain("wrong");
    });

    test("never by an older runtime than the one that wrote it", async () => {
      const schema = freshSchema();
      await (await opened({ schema })).close?.();
      await admin.query(`update ${schema}.ego_meta set value = '99' where name = 'format'`);
      await expect(opened({ schema })).rejects.toMatchObject({
        code: "unsupported",
        message: expect.stringContaining("has format 99, this @ego/runtime reads formats up to 4"),
      });
    });

    test("with commits that wait for the disk, whatever the server's default is", async () => {
      const name = new URL(url).pathname.slice(1);
      await admin.query(`alter database "${name}" set synchronous_commit = off`);
      const schema = freshSchema();
      await using store = await opened({ schema });
      await admin.query(`
        create table ${schema}.seen (stored text, level text);
        create function ${schema}.see() returns trigger language plpgsql as $$
          begin
            insert into ${schema}.seen values (tg_table_name, current_setting('synchronous_commit'));
            return null;
          end $$;
        create constraint trigger see after insert on ${schema}.ego_events
          deferrable initially deferred for each row execute function ${schema}.see();
        create constraint trigger see after insert on ${schema}.ego_receipts
          deferrable initially deferred for each row execute function ${schema}.see()`);

      // What holds is the level at the commit. Side by side, so that they are on several connections.
      await Promise.all([
        store.events.append([appendOf("a", 0)]),
        store.states.save([changeOf("a")]),
        store.states.save([changeOf("b")]),
      ]);

      await admin.query(`alter database "${name}" reset synchronous_commit`);
      const { rows } = await admin.query(`select stored, level from ${schema}.seen order by stored`);
      expect(rows).toEqual([
        { stored: "ego_events", level: "on" },
        { stored: "ego_receipts", level: "on" },
        { stored: "ego_receipts", level: "on" },
      ]);
    });
  });

  test.skipIf(!breaks)("an append leaves no hole where the server has lost what this store wrote", async () => {
    const schema = freshSchema();
    await using store = await opened({ schema });
    await store.events.append([appendOf("a", 0)]);
    await store.events.append([appendOf("a", 1)]);
    // As after a failover, of which a driver that connects again by itself says nothing.
    await admin.query(`delete from ${schema}.ego_events where revision = 2`);

    expect(await store.events.append([appendOf("a", 2)])).toEqual([{ stored: false, head: 1 }]);
  });

  describe("where the server's default is repeatable read", () => {
    let strict: TestDatabase;
    let name: string;
    beforeAll(async () => {
      strict = await postgres.open();
      name = new URL(strict.url ?? "").pathname.slice(1);
      await admin.query(`alter database "${name}" set default_transaction_isolation = 'repeatable read'`);
    });
    afterAll(() => strict.close());

    test.skipIf(breaks)("two that wait for one shard number their events one after the other", async () => {
      const schema = freshSchema();
      await using one = await opened({ schema, url: strict.url ?? "" });
      await using two = await opened({ schema, url: strict.url ?? "" });
      const [first, second] = [appendOf("a", 0), appendOf("b", 0, { shard: appendOf("a", 0).shard })];
      const other = new Client({ connectionString: strict.url });
      await other.connect();
      await using _ = { [Symbol.asyncDispose]: () => other.end() };
      await other.query(`begin; select from ${schema}.ego_shards where shard = ${first.shard} for update`);
      const stored = Promise.all([one.events.append([first]), two.events.append([second])]);
      const waiting = "select 1 from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'";
      await expect.poll(async () => (await admin.query(waiting, [name])).rowCount).toBe(2);
      await other.query("commit");

      const positions = (await stored).map((results) => results.map((result) => result.stored && result.position));
      expect(positions.flat().toSorted()).toEqual([1, 2]);
    });

    test.skipIf(!breaks)("a dialect is refused, whose connections are not the store's alone", async () => {
      await expect(opened({ url: strict.url ?? "" })).rejects.toMatchObject({
        code: "unsupported",
        message: expect.stringContaining("default_transaction_isolation = repeatable read"),
      });
    });
  });

  test("a shard without its lock row takes nothing, and is not written again", async () => {
    const schema = freshSchema();
    await using store = await opened({ schema });
    const append = appendOf("a", 0);
    await admin.query(`delete from ${schema}.ego_shards where shard = ${append.shard}`);
    await expect(store.events.append([append])).rejects.toMatchObject({
      code: "data_loss",
      message: expect.stringContaining("A shard without its lock row"),
    });
    expect(await store.events.load("account", "a")).toEqual([]);
  });

  test.each([
    [{}, "A Postgres store needs one of connectionString, pool and dialect"],
    [{ connectionString: "localhost" }, 'A connectionString looks like "postgres://user:password@localhost:5432/app".'],
    [{ connectionString: "postgres://localhost/a", schema: "a; drop table b" }, "cannot be the schema of a journal"],
    [{ connectionString: "postgres://localhost/a", lanes: 0 }, '"lanes" of a Postgres store is 1 to 16.'],
  ])("settings that make no sense are refused: %j", (options, text) => {
    expect(() => postgresStore(options as never)).toThrow(text);
  });
});

/** A change that creates a durable state. */
function changeOf(entityId: string): StateChange {
  return {
    entityType: "item",
    entityId,
    expectedRevision: 0,
    state: create(EmptySchema),
    payload: new Uint8Array(0),
    commandId: entityId,
    metadata: new Uint8Array(0),
    recordedAt: 0,
  };
}
