import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Append, type Store, shardOf } from "@ego/runtime";
import { describeStore } from "@ego/runtime/testing";
import { afterAll, describe, expect, test } from "vitest";
import { jsonStore } from "../src/json-store.ts";

describeStore(
  {
    name: "a store in a file of JSON",
    lacks: ["states", "snapshots", "projections", "retention", "sharing"],
    async journal(entities) {
      const folder = await mkdtemp(join(tmpdir(), "ego-json-"));
      const opened: Store[] = [];
      return {
        async open() {
          const store = jsonStore(join(folder, "journal.jsonl"));
          await store.open?.(entities);
          opened.push(store);
          return store;
        },
        async [Symbol.asyncDispose]() {
          for (const store of opened) await store.close?.();
          await rm(folder, { recursive: true });
        },
      };
    },
  },
  { describe, test, afterAll },
);

test("a line without an end, as a crash leaves it, is cut off, and the next transaction follows on what was whole", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ego-json-"));
  const filename = join(folder, "journal.jsonl");
  const append = (expectedRevision: number): Append => ({
    entityType: "account",
    entityId: "ann",
    shard: shardOf("account", "ann", 16),
    expectedRevision,
    events: [{ type: "bank.v1.AccountOpened", payload: new Uint8Array(0) }],
    metadata: new Uint8Array(0),
    commandId: `c-${expectedRevision}`,
    recordedAt: 0,
  });
  const revisions: number[] = [];
  for (const expectedRevision of [0, 1]) {
    const store = jsonStore(filename);
    await store.open?.([]);
    await store.events.append([append(expectedRevision)]);
    revisions.push((await store.events.load("account", "ann")).length);
    await store.close?.();
    await appendFile(filename, '[{"shard":3,"entityId":"ä');
  }
  expect(revisions).toEqual([1, 2]);
  await rm(folder, { recursive: true });
});
