import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { appendOf, temporaryFolder } from "../testdata/appends.ts";
import type { SqliteStore, sqliteStore } from "./sqlite.ts";

/** Those that were started since the test began. */
let workers: Worker[];
const notice = (worker: Worker) => void workers.push(worker);

beforeEach(() => {
  workers = [];
  process.on("worker", notice);
  // The next worker is new, whatever the test before left.
  vi.resetModules();
});
afterEach(() => {
  process.off("worker", notice);
  vi.useRealTimers();
});

/** The stores of a program that has opened none. */
async function stores(): Promise<{ open(filename?: string): Promise<SqliteStore> }> {
  const fresh: { sqliteStore: typeof sqliteStore } = await import("./sqlite.ts");
  return {
    async open(filename = ":memory:") {
      const store = fresh.sqliteStore({ filename });
      await store.open?.([]);
      return store;
    },
  };
}

const runs = () => workers.map(({ threadId }) => threadId !== -1);

test("the worker of a store that was closed serves the next, which has a database of its own", async () => {
  using folder = temporaryFolder();
  const { open } = await stores();
  for (const name of ["a.db", "b.db", "c.db"]) {
    const store = await open(join(folder.path, name));
    expect(await store.events.append([appendOf("a", 0)])).toEqual([{ stored: true, position: 1 }]);
    await store.close?.();
    await expect(store.events.append([appendOf("a", 1)])).rejects.toMatchObject({ code: "unavailable" });
  }
  const again = await open(join(folder.path, "a.db"));
  expect(await again.events.load("account", "a")).toHaveLength(1);
  await again.close?.();

  expect(workers).toHaveLength(1);
});

test("stores that are open have a worker each, and of those that are closed one waits", async () => {
  const { open } = await stores();
  const three = await Promise.all([open(), open(), open()]);
  expect(runs()).toEqual([true, true, true]);

  for (const store of three) await store.close?.();

  expect(runs().filter(Boolean)).toHaveLength(1);
});

test("a worker that nobody needs ends", async () => {
  const { open } = await stores();
  const store = await open();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await store.close?.();
  vi.advanceTimersByTime(999);
  expect(runs()).toEqual([true]);
  vi.advanceTimersByTime(1);
  vi.useRealTimers();

  await expect.poll(runs).toEqual([false]);
  await (await open()).close?.();
  expect(workers).toHaveLength(2);
});

test("a worker that dies while it waits is not given to a store", async () => {
  const { open } = await stores();
  await (await open()).close?.();
  await workers[0]?.terminate();

  const store = await open();
  expect(await store.events.append([appendOf("a", 0)])).toEqual([{ stored: true, position: 1 }]);
  await store.close?.();
  expect(workers).toHaveLength(2);
});

test("a worker whose database could not be opened is not kept", async () => {
  using folder = temporaryFolder();
  const { open } = await stores();

  await expect(open(folder.path)).rejects.toMatchObject({ code: "unavailable" });

  expect(runs()).toEqual([false]);
});

test("a worker that waits does not keep the process alive", async () => {
  const program = `
    let worker;
    process.on("worker", (started) => { worker = started; });
    process.on("exit", () => console.log("waits:", worker.threadId !== -1));
    const { sqliteStore } = await import(${JSON.stringify(new URL("./sqlite.ts", import.meta.url).href)});
    const store = sqliteStore({ filename: ":memory:" });
    await store.open([]);
    await store.close();`;

  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program]);

  expect(stdout).toBe("waits: true\n");
});
