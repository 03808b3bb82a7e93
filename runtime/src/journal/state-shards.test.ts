import { describe, expect, test } from "vitest";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { appendOf } from "../stores/testdata/appends.ts";
import { shardOf } from "./hash.ts";
import { stateShards, versionKindOf, withStates } from "./state-shards.ts";

const nothing = new Uint8Array(0);

/** A journal of four shards, with twelve entities that have three events each, and twelve with three versions each. */
async function filled() {
  const store = memoryStore({ shardCount: 4 });
  const { events, states } = store;
  const ids = Array.from({ length: 12 }, (_, n) => `e-${n}`);
  for (let revision = 0; revision < 3; revision++) {
    await events.append(ids.map((id) => appendOf(id, revision, { shard: shardOf("account", id, 4) })));
    await states?.save(
      ids.map((entityId, n) => ({
        entityType: "depot",
        entityId,
        expectedRevision: revision,
        state: revision === 2 && n === 0 ? null : ({ $typeName: "x" } as never),
        payload: Uint8Array.of(revision),
        metadata: nothing,
        commandId: `${entityId}-${revision}`,
        recordedAt: 1,
      })),
    );
  }
  return withStates(events, stateShards(states, 4) ?? expect.fail());
}

describe("a journal of events and versions", () => {
  test("has the shards of versions behind those of events", async () => {
    const journal = await filled();
    expect(journal.shardCount).toBe(8);
    const last = (await journal.lastPositions?.()) ?? [];
    expect(last).toHaveLength(8);
    expect(last.slice(0, 4).reduce((sum, one) => sum + one)).toBe(36);
    expect(last.slice(4).reduce((sum, one) => sum + one)).toBe(36);
    for (const [shard, position] of last.entries()) {
      const all = await journal.read(shard, 0, 100);
      expect(all).toHaveLength(position);
      expect(all.every((event) => event.shard === shard)).toBe(true);
      expect(all.every((event) => (versionKindOf(event) === undefined) === shard < 4)).toBe(true);
    }
  });

  test("gives superseded versions no payload, and removals one that is empty", async () => {
    const journal = await filled();
    const versions = (await Promise.all([4, 5, 6, 7].map((shard) => journal.read(shard, 0, 100)))).flat();
    for (const { revision, entityId, payload, type, ...version } of versions) {
      expect(type).toBe("depot");
      const removed = entityId === "e-0";
      const kind = revision < 3 ? "superseded" : removed ? "removed" : "state";
      expect(version).toMatchObject({ versionKind: kind, commandId: `${entityId}-${revision - 1}` });
      expect(payload).toEqual(revision < 3 ? null : removed ? nothing : Uint8Array.of(2));
    }
  });

  test("is read by pages of any size in the order of the shards that are named, whichever they are", async () => {
    const journal = await filled();
    for (const order of [[0, 1, 2, 3, 4, 5, 6, 7], [7, 0, 6, 1, 5, 2, 4, 3], [5, 3, 4], [6, 7], [1]]) {
      const whole = (await Promise.all(order.map((shard) => journal.read(shard, 0, 1_000)))).flat();
      for (const limit of [0, 1, 2, 5, 7, 17, 36, 40, 71, 72, 100]) {
        const after = order.map((shard) => ({ shard, position: 0 }));
        const page = await journal.readShards?.(after, limit);
        expect(page, `${order} by ${limit}`).toEqual(whole.slice(0, limit));
      }
    }
  });
});
