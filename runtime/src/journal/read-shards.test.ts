import { expect, test } from "vitest";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { appendOf } from "../stores/testdata/appends.ts";
import type { EventStore } from "./event-store.ts";
import { lastPositions, readShards } from "./read-shards.ts";

/** A store that has no more than it must, and one that has all, on the same journal. */
function stores() {
  const { events } = memoryStore({ shardCount: 4 });
  let reads = 0;
  const plain: EventStore = {
    shardCount: 4,
    append: events.append,
    load: events.load,
    read(shard, after, limit) {
      reads++;
      return events.read(shard, after, limit);
    },
  };
  return { events, plain, reads: () => reads };
}

test.each([0, 1, 2, 3, 4, 5, 7, 8, 9, 100])("the last position is found by reading, where it is %d", async (count) => {
  const { events, plain, reads } = stores();
  await events.append([appendOf("a", 0, { shard: 2, count })]);

  expect(await lastPositions(plain)).toEqual([0, 0, count, 0]);
  expect(await lastPositions(events)).toEqual([0, 0, count, 0]);
  expect(reads()).toBeLessThan(3 + 2 * Math.log2(count + 1) + 2);
});

test("a store that reads shard by shard gives what one gives that reads them at once", async () => {
  const { events, plain } = stores();
  for (const shard of [0, 1, 3]) await events.append([appendOf(`e-${shard}`, 0, { shard, count: 3 })]);
  const after = [
    { shard: 3, position: 1 },
    { shard: 2, position: 0 },
    { shard: 0, position: 0 },
    { shard: 1, position: 3 },
  ];

  for (let limit = 0; limit < 7; limit++) {
    const found = await readShards(plain, after, limit);
    expect(found).toEqual(await readShards(events, after, limit));
    expect(found.map(({ shard, position }) => [shard, position])).toEqual(
      [
        [3, 2],
        [3, 3],
        [0, 1],
        [0, 2],
        [0, 3],
      ].slice(0, limit),
    );
  }
});
