import { expect, test } from "vitest";
import { systemTiming } from "../clock/clock.ts";
import type { Snapshot, SnapshotStore } from "../journal/snapshot-store.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { SnapshotKeeper } from "./snapshot-keeper.ts";

const limits = { maxEntries: 100, maxBytes: 1_000 };

function snapshotOf(entityId: string, bytes = 1): Snapshot {
  const payload = new Uint8Array(bytes);
  return { entityType: "account", entityId, revision: 1, schemaHash: "00c0ffee00c0ffee", payload, recordedAt: 1 };
}

/** A store that notes its batches, and refuses what is longer than 100 bytes, with all that came with it. */
function storeWithLimit(): { readonly store: SnapshotStore; readonly batches: (readonly string[])[] } {
  const { snapshots } = memoryStore();
  const inner = snapshots ?? expect.fail("memory has snapshots");
  const batches: (readonly string[])[] = [];
  const save = async (batch: readonly Snapshot[]) => {
    batches.push(batch.map(({ entityId }) => entityId));
    const big = batch.find(({ payload }) => payload.length > 100);
    if (big) throw new Error(`${big.entityId} is too big`);
    await inner.save(batch);
  };
  return { store: { ...inner, save }, batches };
}

test("snapshots of one turn are stored together", async () => {
  const { store, batches } = storeWithLimit();
  const keeper = new SnapshotKeeper(store, limits, systemTiming);
  await Promise.all(["a", "b", "c"].map((id) => keeper.save(snapshotOf(id))));
  expect(batches).toEqual([["a", "b", "c"]]);
});

test("one that the store refuses fails alone, also where it came with others", async () => {
  const { store, batches } = storeWithLimit();
  const keeper = new SnapshotKeeper(store, limits, systemTiming);
  const results = await Promise.allSettled([
    keeper.save(snapshotOf("a")),
    keeper.save(snapshotOf("big", 101)),
    keeper.save(snapshotOf("c")),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(results[1]).toMatchObject({ reason: { code: "unavailable", message: expect.stringContaining("too big") } });
  expect(batches).toEqual([["a", "big", "c"], ["a"], ["big"], ["c"]]);
  for (const id of ["a", "c"]) expect(await store.load("account", id)).toMatchObject({ entityId: id });

  await expect(keeper.save(snapshotOf("big", 101))).rejects.toMatchObject({ code: "unavailable" });
  await keeper.save(snapshotOf("d"));
});

test("stopping waits for what was begun, and says so to what can be left", async () => {
  const keeper = new SnapshotKeeper(storeWithLimit().store, limits, systemTiming);
  const [begun, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const order: string[] = [];
  keeper.run(async () => {
    begun.resolve();
    await go.promise;
    order.push(`work, stopping: ${keeper.stopping}`);
  });
  await begun.promise;
  expect(keeper.stopping).toBe(false);
  const stopped = keeper.stop().then(() => order.push("stopped"));
  go.resolve();
  await stopped;
  expect(order).toEqual(["work, stopping: true", "stopped"]);
});
