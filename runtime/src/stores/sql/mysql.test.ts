import { MysqlDialect } from "kysely";
import { createPool } from "mysql2";
import { type Connection, createConnection, createPool as createPromisePool, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestDatabase } from "../../../../test/servers/database.ts";
import { mariadb } from "../../../../test/servers/mariadb.ts";
import { appendOf, holesIn, readAll } from "../testdata/appends.ts";
import { openProxy } from "../testdata/proxy.ts";
import { type MysqlStoreOptions, mysqlStore } from "./mysql.ts";

const { skipped } = mariadb;

describe.skipIf(skipped !== undefined)(`a store in MariaDB${skipped === undefined ? "" : ` [${skipped}]`}`, () => {
  const databases: TestDatabase[] = [];
  let admin: Connection;
  beforeAll(async () => {
    admin = await createConnection(await freshUrl());
  });
  afterAll(async () => {
    for (const database of databases) await database.close();
    await admin.end();
  });

  async function freshUrl(): Promise<string> {
    const database = await mariadb.open();
    databases.push(database);
    return database.url ?? "";
  }

  async function opened(options: Partial<MysqlStoreOptions> & { url?: string } = {}) {
    const { url, ...rest } = options;
    const reach = rest.pool || rest.dialect ? {} : { connectionString: url ?? (await freshUrl()) };
    const store = mysqlStore({ ...rest, ...reach } as MysqlStoreOptions);
    await store.open?.([]);
    return { ...store, events: store.events, [Symbol.asyncDispose]: async () => store.close?.() };
  }

  /** A table of the journal at a URL, for the administrator. */
  const tableAt = (url: string, table: string) => `\`${new URL(url).pathname.slice(1)}\`.${table}`;

  describe("when the connection breaks", () => {
    // Begin, locks, heads, again without the stale one: begin, locks, heads, positions, insert, commit, and beyond.
    const steps = Array.from({ length: 14 }, (_, step) => step);

    test.each(steps.flatMap((step) => [["cutNextQuestion", step] as const, ["cutNextAnswer", step] as const]))(
      "%s, after %i more: the batch is stored once, and answered",
      async (cut, step) => {
        await using way = await openProxy(await freshUrl());
        await using store = await opened({ url: way.url });
        await store.events.append([appendOf("a", 0, { count: 2 }), appendOf("b", 0)]);

        way[cut](step);
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
      const url = await freshUrl();
      await using way = await openProxy(url);
      await using store = await opened({ url: way.url });
      await using other = await opened({ url });
      await store.events.append([appendOf("a", 0)]);
      await other.events.append([appendOf("a", 1, { commandId: "other" })]);

      way.cutNextAnswer();
      expect(await store.events.append([appendOf("a", 1, { commandId: "own" })])).toEqual([{ stored: false, head: 2 }]);
    });

    test("reading goes on with a new one", async () => {
      await using way = await openProxy(await freshUrl());
      await using store = await opened({ url: way.url });
      await store.events.append([appendOf("a", 0)]);
      expect(await store.events.load("account", "a")).toHaveLength(1);

      way.cutNextQuestion();
      expect(await store.events.load("account", "a")).toHaveLength(1);
    });

    test("a server that stays away is unavailable, and the store goes on when it is back", async () => {
      await using way = await openProxy(await freshUrl());
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

    test("with connections killed all the time nothing answered is lost, nothing doubled, no position left out", async () => {
      const url = await freshUrl();
      await using store = await opened({ url, reconnectMs: 10_000 });
      const killer = await createConnection(url);
      let done = false;
      let killed = 0;
      const killing = (async () => {
        while (!done) {
          // Long enough for a batch to get through now and then.
          await killer.query("do sleep(0.004)");
          const [rows] = await killer.query<RowDataPacket[]>(
            "select id from information_schema.processlist where db = database() and id <> connection_id()",
          );
          for (const { id } of rows) {
            await killer.query(`kill ${id}`).then(
              () => killed++,
              () => undefined,
            );
          }
        }
      })();
      const stored = new Map<string, number>();
      await Promise.all(
        Array.from({ length: 4 }, async (_, writer) => {
          for (let round = 0; round < 20; round++) {
            const batch = Array.from({ length: 5 }, (_, n) => appendOf(`w${writer}-${n}`, round));
            const results = await store.events.append(batch);
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
      const url = await freshUrl();
      const stores = await Promise.all(Array.from({ length: 4 }, () => opened({ url })));
      for (const [index, store] of stores.entries()) {
        expect(await store.events.append([appendOf(`e-${index}`, 0)])).toMatchObject([{ stored: true }]);
      }
      expect(await readAll(stores[0]?.events ?? expect.fail())).toHaveLength(4);
      for (const store of stores) await store.close?.();
    });

    test("also where the one that created the journal was cut off, wherever that was", async () => {
      let cuts = 0;
      for (let step = 0; ; step++) {
        const url = await freshUrl();
        await using way = await openProxy(url);
        way.cutNextQuestion(step);
        const first = mysqlStore({ connectionString: way.url, reconnectMs: 0 });
        const failure = await first.open?.([]).catch((thrown: unknown) => thrown);
        await first.close?.();
        await using store = await opened({ url });
        expect(await store.events.append([appendOf("a", 0), appendOf("b", 0)])).toMatchObject([
          { stored: true },
          { stored: true },
        ]);
        const [shards] = await admin.query<RowDataPacket[]>(`select count(*) as n from ${tableAt(url, "ego_shards")}`);
        expect(shards[0]?.n).toBe(256);
        if (failure === undefined) break;
        cuts++;
      }
      expect(cuts).toBeGreaterThan(15);
    }, 120_000);

    test("by a pool, with callbacks or with promises, which stays open; and by a dialect", async () => {
      const url = await freshUrl();
      const callbacks = createPool(url);
      const promises = createPromisePool(url);
      const ways = [{ pool: callbacks }, { pool: promises }, { dialect: new MysqlDialect({ pool: createPool(url) }) }];
      for (const [revision, way] of ways.entries()) {
        await using store = await opened(way as Partial<MysqlStoreOptions>);
        expect(await store.events.append([appendOf("a", revision)])).toMatchObject([{ stored: true }]);
        expect(await store.events.load("account", "a")).toHaveLength(revision + 1);
      }
      await promises.query("select 1");
      await promises.end();
      await callbacks.promise().query("select 1");
      await callbacks.promise().end();
    });

    test("in databases that never see each other's rows", async () => {
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
      ["no database", { pathname: "" }, "invalid_argument", "names no database"],
      ["a port where nothing is", { port: "1" }, "unavailable", "Is it running, and can it be reached?"],
    ] as const)("with %s: an error that says what to do", async (_, change, code, text) => {
      const url = Object.assign(new URL(await freshUrl()), change).href;
      const store = mysqlStore({ connectionString: url, reconnectMs: 10 });
      const failure = await store.open?.([]).catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({ code, message: expect.stringContaining(text) });
      expect((failure as Error).message).not.toContain("wrong");
    });

    test("never by an older runtime than the one that wrote it", async () => {
      const url = await freshUrl();
      await (await opened({ url })).close?.();
      await admin.query(`update ${tableAt(url, "ego_meta")} set value = '99' where name = 'format'`);
      await expect(opened({ url })).rejects.toMatchObject({
        code: "unsupported",
        message: expect.stringContaining("has format 99, this @ego/runtime reads format 1"),
      });
    });

    test.each([
      ["sql_mode = ''", "is not strict"],
      ["sql_mode = concat(@@sql_mode, ',NO_BACKSLASH_ESCAPES')", "has NO_BACKSLASH_ESCAPES"],
      ["autocommit = 0", "The server has autocommit = OFF"],
      ["character_set_client = latin1", 'Let the pool connect with charset "utf8mb4"'],
      ["transaction isolation level read uncommitted", "isolation = READ-UNCOMMITTED"],
    ])("not with sessions that have %s", async (setting, text) => {
      const pool = createPool(await freshUrl());
      pool.on("connection", (connection) => connection.query(`set session ${setting}`));
      await expect(opened({ pool })).rejects.toMatchObject({
        code: "unsupported",
        message: expect.stringContaining(text),
      });
      await pool.promise().end();
    });

    test("not on a server that answers before a commit is on the disk, unless that is said to do", async () => {
      const url = await freshUrl();
      await admin.query("set global innodb_flush_log_at_trx_commit = 2");
      try {
        await expect(opened({ url })).rejects.toMatchObject({
          code: "unsupported",
          message: expect.stringContaining("The server has innodb_flush_log_at_trx_commit = 2"),
        });
        await using store = await opened({ url, durability: "server" });
        expect(await store.events.append([appendOf("a", 0)])).toMatchObject([{ stored: true }]);
      } finally {
        await admin.query("set global innodb_flush_log_at_trx_commit = 1");
      }
    });
  });

  test("a shard without its lock row takes nothing, and is not written again", async () => {
    const url = await freshUrl();
    await using store = await opened({ url });
    const append = appendOf("a", 0);
    await admin.query(`delete from ${tableAt(url, "ego_shards")} where shard = ${append.shard}`);
    await expect(store.events.append([append])).rejects.toMatchObject({
      code: "data_loss",
      message: expect.stringContaining("A shard without its lock row"),
    });
    expect(await store.events.load("account", "a")).toEqual([]);
  });

  test("a lock that is not had in time is waited for again", async () => {
    const url = await freshUrl();
    const pool = createPool(url);
    pool.on("connection", (connection) => connection.query("set session innodb_lock_wait_timeout = 1"));
    await using store = await opened({ pool });
    const append = appendOf("a", 0);
    const other = await createConnection(url);
    await other.query("begin");
    await other.query(`select * from ego_shards where shard = ${append.shard} for update`);
    const appending = store.events.append([append]);
    await other.query("do sleep(1.5)");
    await other.query("rollback");
    expect(await appending).toEqual([{ stored: true, position: 1 }]);
    await other.end();
    await store.close?.();
    await pool.promise().end();
  });

  test("an event at a position that the index does not know ends the writing", async () => {
    const url = await freshUrl();
    await using store = await opened({ url });
    const append = appendOf("a", 0);
    await store.events.append([append]);
    // As if an insert were numbered by somebody who does not lock.
    await admin.query(
      `create trigger ${tableAt(url, "wrong")} before insert on ${tableAt(url, "ego_events")} for each row set new.position = 1`,
    );
    for (const _ of [1, 2]) {
      await expect(store.events.append([appendOf("a", 1)])).rejects.toMatchObject({ code: "data_loss" });
    }
    expect(await store.events.load("account", "a")).toHaveLength(1);
  });

  test("a batch larger than a statement is stored as a whole, an event larger than that is refused", async () => {
    await using store = await opened();
    const large = (size: number) => [{ type: "t", payload: new Uint8Array(size).fill(0xa5) }];
    const batch = Array.from({ length: 12 }, (_, n) => appendOf(`large-${n}`, 0, { events: large(1 << 20) }));
    expect((await store.events.append(batch)).map(({ stored }) => stored)).toEqual(batch.map(() => true));
    const many = Array.from({ length: 3_000 }, (_, n) => appendOf(`many-${n}`, 0));
    expect((await store.events.append(many)).every(({ stored }) => stored)).toBe(true);
    expect(holesIn(await readAll(store.events, 1_000))).toEqual([]);

    const failure = await store.events
      .append([appendOf("fine", 0), appendOf("larger", 0, { events: large(4 << 20) })])
      .catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({
      code: "invalid_argument",
      message: expect.stringContaining('An event of "larger" has 4194305 bytes'),
    });
    expect(await store.events.append([appendOf("fine", 0)])).toMatchObject([{ stored: true }]);
  });

  test("an error of the server has no values of events", async () => {
    await using store = await opened();
    const append = appendOf("a", 0, { commandId: "c".repeat(2_000) });
    const failure = await store.events.append([append]).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: "invalid_argument", message: expect.stringContaining("1,024") });
    expect(JSON.stringify((failure as Error).cause)).not.toContain("ccc");
  });

  test.each([
    [{}, "A MySQL store needs one of connectionString, pool and dialect"],
    [{ connectionString: "localhost" }, 'A connectionString looks like "mysql://user:password@localhost:3306/app".'],
    [{ connectionString: "mysql://localhost/a", lanes: 0 }, '"lanes" of a MySQL store is 1 to 16.'],
    [{ connectionString: "mysql://localhost/a", durability: "none" }, '"durability" of a MySQL store is "full" or'],
  ])("settings that make no sense are refused: %j", (options, text) => {
    expect(() => mysqlStore(options as never)).toThrow(text);
  });
});
