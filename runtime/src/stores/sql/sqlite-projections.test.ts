import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ProjectionTransaction } from "../../journal/projection-store.ts";
import { appendOf } from "../testdata/appends.ts";
import { notesRecord as record, notesTable as table } from "../testdata/notes.ts";
import { type SqliteStore, sqliteStore } from "./sqlite-store.ts";
import { takeWorker } from "./sqlite-threads.ts";

let folder: string;
let store: SqliteStore;
let worker: Worker;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ego-lost-"));
  store = sqliteStore({ filename: join(folder, "journal.db") });
  // One that another store left would not be noticed.
  await takeWorker().terminate();
  const started = once(process, "worker");
  await store.open?.([]);
  [worker] = (await started) as [Worker];
  await store.projections.add(record, Array(64).fill(0), table);
});
afterEach(async () => {
  await store.close?.();
  rmSync(folder, { recursive: true });
});

/** Loses the thread of the store in the middle, and tells how the statements fail then. */
async function loseThread({ rows }: ProjectionTransaction): Promise<unknown> {
  await rows(table).upsert({ id: "a" }, {});
  const exited = once(worker, "exit");
  await worker.terminate();
  await exited;
  return rows(table)
    .upsert({ id: "b" }, {})
    .catch((failure: unknown) => failure);
}

const unavailable = { code: "unavailable", retryable: true };

test("a thread that is lost while a handler is at work is a failure of the store, also if the handler throws the very same", async () => {
  let thrown: unknown;
  const failed = await store.projections
    .advance(record, [{ shard: 0, from: 0, to: 1 }], async (transaction) => {
      thrown = await loseThread(transaction);
      throw thrown;
    })
    .catch((failure: unknown) => failure);
  expect(thrown).toMatchObject(unavailable);
  expect(failed).toMatchObject(unavailable);
  expect(failed).not.toBe(thrown);
  expect((await store.projections.offsets(record))?.[0]).toBe(0);
});

test("so it is in an append, and no event is stored", async () => {
  let thrown: unknown;
  const append = appendOf("a", 0);
  const project = async (_: unknown, transaction: ProjectionTransaction) => {
    thrown = await loseThread(transaction);
    throw thrown;
  };
  const failed = await store.projections
    .append?.([append], [{ name: "notes", version: 1, project }])
    .catch((failure: unknown) => failure);
  expect(thrown).toMatchObject(unavailable);
  expect(failed).toMatchObject(unavailable);
  expect(failed).not.toBe(thrown);
  expect(await store.events.load(append.entityType, "a")).toEqual([]);
});
