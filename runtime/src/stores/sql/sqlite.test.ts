import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import { Kysely } from "kysely";
import { describe, expect, test } from "vitest";
import { appendOf, holesIn, readAll, temporaryFolder } from "../testdata/appends.ts";
import { requireSqlite } from "./require-sqlite.ts";
import type { JournalDatabase } from "./schema.ts";
import { type SqliteStore, type SqliteStoreOptions, sqliteDialect, sqliteStore } from "./sqlite.ts";
import { loadSqlite, type SqliteDatabase } from "./sqlite-database.ts";
import { sqliteFailure } from "./sqlite-failure.ts";

async function openStore(options: SqliteStoreOptions): Promise<SqliteStore & AsyncDisposable> {
  const store = sqliteStore(options);
  await store.open?.([]);
  return { ...store, [Symbol.asyncDispose]: async () => store.close?.() };
}

/** Runs statements on a file, beside the store. */
function change(filename: string, sql: string): void {
  const database = new DatabaseSync(filename);
  database.exec(sql);
  database.close();
}

/** A connection beside that of the store: by the same driver, since each has the locks of its own copy of SQLite. */
async function openBeside(filename: string, driver: "node:sqlite" | "better-sqlite3"): Promise<SqliteDatabase> {
  return (await loadSqlite(driver))(filename, { timeoutMs: 0 });
}

describe.each(["node:sqlite", "better-sqlite3"] as const)("by %s", (driver) => {
  describe("durability", () => {
    test("each batch is one commit, synced: read from the store's own connection", async () => {
      using folder = temporaryFolder();
      await using store = await openStore({ driver, filename: join(folder.path, "a.db") });
      await store.events.append([appendOf("warm", 0)]);
      const before = await store.statistics();
      expect(before.synchronous).toBe(2);
      for (let n = 0; n < 5; n++) {
        await store.events.append(Array.from({ length: 20 }, (_, e) => appendOf(`e-${e}`, n)));
      }
      const after = await store.statistics();
      expect(after).toEqual({ transactions: before.transactions + 5, synchronous: 2 });
    });

    test("NORMAL is what it says", async () => {
      using folder = temporaryFolder();
      await using store = await openStore({ driver, filename: join(folder.path, "a.db"), synchronous: "NORMAL" });
      await store.events.append([appendOf("a", 0)]);
      expect(await store.statistics()).toMatchObject({ synchronous: 1 });
    });

    test("the database has a write-ahead log", async () => {
      using folder = temporaryFolder();
      const filename = join(folder.path, "a.db");
      await using store = await openStore({ driver, filename });
      await store.events.append([appendOf("a", 0)]);
      expect(existsSync(`${filename}-wal`)).toBe(true);
      const database = await openBeside(filename, driver);
      expect(database.prepare("pragma journal_mode").get()).toMatchObject({ journal_mode: "wal" });
      database.close();
    });
  });

  describe("the schema", () => {
    test("is made by migrations, and says format, shards and hash", async () => {
      using folder = temporaryFolder();
      const filename = join(folder.path, "a.db");
      await using store = await openStore({ driver, filename });
      expect(store.events.shardCount).toBe(64);
      const database = await openBeside(filename, driver);
      const names = (sql: string) =>
        database
          .prepare(sql)
          .all()
          .map((row) => row.name);
      expect(names("select name from ego_migration")).toEqual([
        "0001_journal",
        "0002_snapshots",
        "0003_projections",
        "0004_state_positions",
      ]);
      expect(names("select name from sqlite_schema where type = 'table' and name like 'ego%' order by name")).toEqual([
        "ego_dead_letters",
        "ego_events",
        "ego_leases",
        "ego_meta",
        "ego_migration",
        "ego_migration_lock",
        "ego_nodes",
        "ego_offsets",
        "ego_projections",
        "ego_receipts",
        "ego_snapshots",
        "ego_states",
        "ego_types",
      ]);
      expect(database.prepare("select name, value from ego_meta order by name").all()).toMatchObject([
        { name: "format", value: "4" },
        { name: "hash", value: "fnv1a64" },
        { name: "shards", value: "64" },
      ]);
      database.close();
    });

    test("is made once, by one of many stores that open a new file at the same time", async () => {
      using folder = temporaryFolder();
      const filename = join(folder.path, "a.db");
      const stores = await Promise.all([1, 2, 3, 4].map(() => openStore({ driver, filename })));
      await Promise.all(stores.map((store, n) => store.events.append([appendOf(`e-${n}`, 0)])));
      expect(await readAll(stores[0]?.events ?? expect.fail())).toHaveLength(4);
      for (const store of stores) await store.close?.();
    });

    test.each([
      [
        "update ego_meta set value = '5' where name = 'format'",
        "has format 5, this @ego/runtime reads formats up to 4. Install the version of @ego/runtime that wrote it, or a newer one.",
      ],
      ["update ego_meta set value = 'md5' where name = 'hash'", `gives entities their shards by "md5"`],
      [
        "insert into ego_migration values ('0003_later', '2030-01-01')",
        "was changed by migrations that this @ego/runtime does not have: 0003_later.",
      ],
    ])("of a newer runtime is refused: %s", async (sql, text) => {
      using folder = temporaryFolder();
      const filename = join(folder.path, "a.db");
      const first = await openStore({ driver, filename });
      await first.events.append([appendOf("a", 0)]);
      await first.close?.();
      change(filename, sql);
      const store = sqliteStore({ driver, filename });
      const before = readFileSync(filename);
      await expect(store.open?.([])).rejects.toMatchObject({
        code: "unsupported",
        message: expect.stringContaining(text),
      });
      expect(readFileSync(filename).equals(before)).toBe(true);
    });

    test("lies beside tables of the application in one file", async () => {
      using folder = temporaryFolder();
      const filename = join(folder.path, "a.db");
      change(filename, "create table orders (id integer primary key); insert into orders values (1)");
      await using store = await openStore({ driver, filename });
      expect(await store.events.append([appendOf("a", 0)])).toEqual([{ stored: true, position: 1 }]);
    });
  });

  describe("a file that cannot be used", () => {
    test.each<[string, (path: string) => string, object]>([
      [
        "in a directory that does not exist",
        (path) => join(path, "none", "a.db"),
        {
          code: "unavailable",
          message: expect.stringContaining("its directory does not exist. Create the directory."),
        },
      ],
      [
        "that is a directory",
        (path) => {
          mkdirSync(join(path, "a.db"));
          return join(path, "a.db");
        },
        { code: "unavailable", message: expect.stringContaining("It must be a file, not a directory") },
      ],
      [
        "that is no database",
        (path) => {
          writeFileSync(join(path, "a.db"), "this is a text, not a database\n".repeat(100));
          return join(path, "a.db");
        },
        { code: "data_loss", message: expect.stringContaining("is not a SQLite database. Give another filename") },
      ],
    ])("%s is refused by name", async (_, make, failure) => {
      using folder = temporaryFolder();
      const filename = make(folder.path);
      const store = sqliteStore({ driver, filename });
      await expect(store.open?.([])).rejects.toMatchObject({ ...failure, details: { filename } });
      await expect(store.events.append([appendOf("a", 0)])).rejects.toMatchObject({ code: "unavailable" });
    });

    test("that is damaged is data loss", async () => {
      using folder = temporaryFolder();
      const filename = join(folder.path, "a.db");
      const first = await openStore({ driver, filename });
      await first.events.append([appendOf("a", 0, { count: 500 })]);
      await first.close?.();
      const file = openSync(filename, "r+");
      writeSync(file, new Uint8Array(statSync(filename).size - 100).fill(0x5a), 0, null, 100);
      closeSync(file);
      await expect(sqliteStore({ driver, filename }).open?.([])).rejects.toMatchObject({
        code: "data_loss",
        message: expect.stringContaining(`The database ${JSON.stringify(filename)} is damaged.`),
      });
    });

    test("that may not be written says what needs to be writable", () => {
      using folder = temporaryFolder();
      const filename = join(folder.path, "a.db");
      change(filename, "create table t (x)");
      const database = new DatabaseSync(filename, { readOnly: true });
      try {
        database.exec("insert into t values (1)");
        expect.fail();
      } catch (failure) {
        expect(sqliteFailure(failure, filename)).toMatchObject({
          code: "unavailable",
          message: expect.stringContaining(
            `The database ${JSON.stringify(filename)} cannot be written. Let this user write`,
          ),
        });
      }
      database.close();
    });

    test("that another program locks is unavailable, until it is free", async () => {
      using folder = temporaryFolder();
      const filename = join(folder.path, "a.db");
      await using store = await openStore({ driver, filename, busyTimeoutMs: 20 });
      await store.events.append([appendOf("a", 0)]);
      const other = await openBeside(filename, driver);
      other.exec("begin immediate");
      await expect(store.events.append([appendOf("a", 1)])).rejects.toMatchObject({
        code: "unavailable",
        retryable: true,
        message: expect.stringContaining("Another program holds the lock"),
      });
      expect(await store.events.load("account", "a")).toHaveLength(1);
      other.exec("rollback");
      other.close();
      expect(await store.events.append([appendOf("a", 1)])).toEqual([{ stored: true, position: 2 }]);
    });
  });

  describe("two processes", () => {
    test("on one file lose no command, double none, and leave no hole", async () => {
      using folder = temporaryFolder();
      const filename = join(folder.path, "a.db");
      await Promise.all(["one", "two"].map((writer) => runWriter(filename, driver, writer, 40)));
      await using store = await openStore({ driver, filename });
      const all = await readAll(store.events);
      expect(holesIn(all)).toEqual([]);
      const commands = all.map((event) => event.commandId);
      expect(new Set(commands).size).toBe(commands.length);
      expect(all).toHaveLength(2 * 40 * 4);
    });
  });

  describe("the worker thread", () => {
    test("that dies fails what was asked, and the next request starts another", async () => {
      using folder = temporaryFolder();
      const filename = join(folder.path, "a.db");
      const workers: Worker[] = [];
      const notice = (worker: Worker) => void workers.push(worker);
      // The worker of a store of before may wait for this one: the next is new.
      await using _other = await openStore({ driver, filename: ":memory:" });
      process.on("worker", notice);
      await using store = await openStore({ driver, filename });
      await store.events.append([appendOf("a", 0)]);

      const pending = [store.events.append([appendOf("a", 1)]), store.events.load("account", "a")];
      const died = workers[0]?.terminate();
      const outcomes = await Promise.allSettled(pending);
      for (const outcome of outcomes) {
        if (outcome.status === "fulfilled") continue;
        expect(outcome.reason).toMatchObject({ code: "unavailable", retryable: true });
        expect(outcome.reason.message).toContain(`The worker thread of the database ${JSON.stringify(filename)} died`);
      }
      await died;

      const [again, loaded] = await Promise.all([store.statistics(), store.events.load("account", "a")]);
      process.off("worker", notice);
      expect(again.synchronous).toBe(2);
      expect(workers).toHaveLength(2);
      expect(await store.events.append([appendOf("a", loaded.length)])).toEqual([
        { stored: true, position: loaded.length + 1 },
      ]);
    });

    test("does not keep an idle process alive, and a waiting one is not cut off", async () => {
      using folder = temporaryFolder();
      const code = `
      import { sqliteStore } from ${JSON.stringify(new URL("./sqlite.ts", import.meta.url).href)};
      const store = sqliteStore({ driver: "${driver}", filename: process.argv[1] });
      await store.open([]);
      const append = { entityType: "t", entityId: "a", shard: 1, expectedRevision: 0, metadata: new Uint8Array(),
        commandId: "c", recordedAt: 1, events: [{ type: "x", payload: new Uint8Array() }] };
      const [{ stored }] = await store.events.append([append]);
      console.log("stored", stored);`;
      const output = await runNode(["--input-type=module", "-e", code, join(folder.path, "a.db")]);
      expect(output).toBe("stored true\n");
    });
  });
});

describe("opening and closing", () => {
  test("a store is not used before it is open, nor after it was closed", async () => {
    using folder = temporaryFolder();
    const store = sqliteStore({ filename: join(folder.path, "a.db") });
    const closed = { code: "unavailable", message: expect.stringContaining("is not open") };
    await expect(store.events.load("account", "a")).rejects.toMatchObject(closed);
    await store.close?.();
    await store.open?.([]);
    await store.close?.();
    await store.close?.();
    await expect(store.events.append([appendOf("a", 0)])).rejects.toMatchObject(closed);
  });

  test("closing waits for what was asked before", async () => {
    using folder = temporaryFolder();
    const filename = join(folder.path, "a.db");
    const store = await openStore({ filename });
    const asked = Array.from({ length: 10 }, (_, n) => store.events.append([appendOf("a", n)]));
    await store.close?.();
    expect((await Promise.all(asked)).flat().every((result) => result.stored)).toBe(true);
    expect(existsSync(`${filename}-wal`)).toBe(false);
  });

  test("an open store is not opened again: two engines need two", async () => {
    using folder = temporaryFolder();
    await using store = await openStore({ filename: join(folder.path, "a.db") });
    await expect(store.open?.([])).rejects.toMatchObject({ code: "invalid_argument" });
    expect(await store.events.append([appendOf("a", 0)])).toEqual([{ stored: true, position: 1 }]);
  });

  test("wrong settings are refused at once", () => {
    for (const options of [
      {},
      { filename: "" },
      { filename: "a\0b" },
      { filename: "a.db", synchronous: "OFF" },
      { filename: "a.db", driver: "libsql" },
    ]) {
      expect(() => sqliteStore(options as SqliteStoreOptions)).toThrow(
        expect.objectContaining({ code: "invalid_argument" }),
      );
    }
  });

  test("a journal in memory works as long as it is open", async () => {
    await using store = await openStore({ filename: ":memory:" });
    expect(await store.events.append([appendOf("a", 0)])).toEqual([{ stored: true, position: 1 }]);
    expect(await store.events.load("account", "a")).toHaveLength(1);
  });

  test("a file that one copy of SQLite has open is not opened by another: they would undo each other's locks", async () => {
    using folder = temporaryFolder();
    const filename = join(folder.path, "a.db");
    const refused = { code: "invalid_argument", message: expect.stringContaining("Use one of them for all") };
    const read = async () => {
      const db = new Kysely<JournalDatabase>({ dialect: sqliteDialect({ filename }) });
      try {
        return await db.selectFrom("ego_meta").selectAll().execute();
      } finally {
        await db.destroy().catch(() => undefined);
      }
    };
    const first = await openStore({ filename, driver: "better-sqlite3" });
    await expect(openStore({ filename, driver: "node:sqlite" })).rejects.toMatchObject(refused);
    await expect(read()).rejects.toMatchObject(refused);
    const other = await openStore({ filename, driver: "better-sqlite3" });
    await first.close?.();
    await expect(read()).rejects.toMatchObject(refused);

    await other.close?.();
    expect(await read()).toHaveLength(3);
    await using second = await openStore({ filename, driver: "node:sqlite" });
    expect(await second.events.append([appendOf("a", 0)])).toEqual([{ stored: true, position: 1 }]);
    expect(await read()).toHaveLength(3);
  });

  test.each(["20.20.2", "22.17.1", "18.0.0"])("Node %s is too old", (version) => {
    expect(() => requireSqlite(version)).toThrow(`ego needs Node >= 22.18, you run ${version}.`);
  });

  test("Node from 22.18 on will do, if it has SQLite", () => {
    for (const version of ["22.18.0", "23.0.0", "24.21.0"]) expect(() => requireSqlite(version)).not.toThrow();
    expect(() => requireSqlite("24.21.0", false)).toThrow(`this Node 24.21.0 was built without it`);
  });
});

function runWriter(filename: string, driver: string, writer: string, count: number): Promise<string> {
  const program = fileURLToPath(new URL("../testdata/writer.ts", import.meta.url));
  return runNode([program, filename, writer, String(count), driver]);
}

async function runNode(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (errors += chunk));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`exit code ${code}: ${errors}`);
  return output;
}
