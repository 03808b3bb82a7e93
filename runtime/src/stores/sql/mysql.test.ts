import { MysqlDialect } from "kysely";
import { createPool } from "mysql2";
import { createConnection, createPool as createPromisePool, type RowDataPacket } from "mysql2/promise";
import { describe, expect, test } from "vitest";
import { appendOf, holesIn, readAll } from "../testdata/appends.ts";
import { describeMariadb } from "../testdata/mariadb-stores.ts";
import { openProxy } from "../testdata/proxy.ts";
import { type MysqlStoreOptions, mysqlStore } from "./mysql.ts";

/** A table of the journal at a URL, for the administrator. */
const tableAt = (url: string, table: string) => `\`${new URL(url).pathname.slice(1)}\`.${table}`;

describeMariadb("a store in MariaDB", (mariadb) => {
  const { freshUrl, opened } = mariadb;

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
        const [shards] = await mariadb.admin.query<RowDataPacket[]>(
          `select count(*) as n from ${tableAt(url, "ego_shards")}`,
        );
        expect(shards[0]?.n).toBe(512);
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
      ["a host that is none", { hostname: "nowhere.invalid" }, "unavailable", "Is it running, and can it be reached?"],
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
      await mariadb.admin.query(`update ${tableAt(url, "ego_meta")} set value = '99' where name = 'format'`);
      await expect(opened({ url })).rejects.toMatchObject({
        code: "unsupported",
        message: expect.stringContaining("has format 99, this @ego/runtime reads formats up to 4"),
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
      await mariadb.admin.query("set global innodb_flush_log_at_trx_commit = 2");
      try {
        await expect(opened({ url })).rejects.toMatchObject({
          code: "unsupported",
          message: expect.stringContaining("The server has innodb_flush_log_at_trx_commit = 2"),
        });
        await using store = await opened({ url, durability: "server" });
        expect(await store.events.append([appendOf("a", 0)])).toMatchObject([{ stored: true }]);
      } finally {
        await mariadb.admin.query("set global innodb_flush_log_at_trx_commit = 1");
      }
    });
  });

  test("a shard without its lock row takes nothing, and is not written again", async () => {
    const url = await freshUrl();
    await using store = await opened({ url });
    const append = appendOf("a", 0);
    await mariadb.admin.query(`delete from ${tableAt(url, "ego_shards")} where shard = ${append.shard}`);
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
    await mariadb.admin.query(
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
