import { lastPositions, readShards } from "../../journal/read-shards.ts";
import { type Bench, positionOf } from "./bench.ts";
import { type ContractCase, casesOf } from "./contract-case.ts";
import { expectFailure, expectSame } from "./expectations.ts";
import { followShards, holesIn, readAllShards, readShard } from "./journal-reading.ts";

/** The log: the events of many shards at once, and where the shards end. A store that cannot do it is asked by shard. */
export const shardCases: readonly ContractCase[] = [
  ...casesOf("read", {
    "several shards are read in the order in which they are named, each by position": async (bench) => {
      const shards = await someShards(bench, 3);
      for (const named of [shards, shards.toReversed(), shards.slice(1), shards.slice(0, 1)]) {
        const read = await readShards(
          bench.events,
          named.map(({ shard, start }) => ({ shard, position: start })),
          100,
        );
        expectSame(
          read.map(({ shard, position }) => [shard, position]),
          named.flatMap(({ shard, start }) => [1, 2, 3].map((n) => [shard, start + n])),
          `shards ${named.map(({ shard }) => shard)}`,
        );
      }
    },

    "several shards are each read behind a position of their own": async (bench) => {
      const shards = await someShards(bench, 3);
      const taken = [2, 0, 3];
      const read = await readShards(
        bench.events,
        shards.map(({ shard, start }, index) => ({ shard, position: start + (taken[index] ?? 0) })),
        100,
      );
      expectSame(
        read.map(({ shard, position }) => [shard, position]),
        shards.flatMap(({ shard, start }, index) =>
          [1, 2, 3].filter((n) => n > (taken[index] ?? 0)).map((n) => [shard, start + n]),
        ),
        "what was read",
      );
    },

    "a page over several shards ends at its limit, also within a command, and goes on there": async (bench) => {
      const from = await lastPositions(bench.events);
      await someShards(bench, 5);
      const whole = await readJournalBehind(bench, from);
      for (const page of [1, 2, 3, 4, 6, 7, 14, 15, 16]) {
        expectSame(await readAllShards(bench.events, page, from), whole, `pages of ${page}`);
      }
    },

    "a page over several shards is never longer than its limit": async (bench) => {
      const shards = await someShards(bench, 5);
      const after = shards.map(({ shard, start }) => ({ shard, position: start }));
      for (const limit of [-1, 0, 1, 4, 5, 6, 11, 15, 100]) {
        const { length } = await readShards(bench.events, after, limit);
        expectSame(length, Math.max(0, Math.min(limit, 5 * shards.length)), `a page of ${limit}`);
      }
      expectSame(await readShards(bench.events, [], 10), [], "no shards");
    },

    "a position below 0 is that of the start also where several shards are read": async (bench) => {
      const shards = await someShards(bench, 1);
      const behind = (position: number) => shards.map(({ shard }) => ({ shard, position }));
      const fromStart = await readShards(bench.events, behind(0), 3);
      expectSame(fromStart[0]?.position, 1, "the first position");
      expectSame(await readShards(bench.events, behind(-1), 3), fromStart, "behind -1");
    },

    "the order within each of several shards is that of positions where all times are equal": async (bench) => {
      const from = await lastPositions(bench.events);
      const ids = spread(bench).toReversed();
      for (const id of ids) await bench.events.append([bench.append(id, 0, { recordedAt: 5 })]);
      const read = await readAllShards(bench.events, 2, from);
      expectSame(read, await readJournalBehind(bench, from), "the journal");
      expectSame(read.length, ids.length, "events");
    },

    "the order within each of several shards is that of positions where the clock is an hour off": async (bench) => {
      const from = await lastPositions(bench.events);
      const ids = spread(bench);
      for (const [n, id] of ids.entries()) {
        const recordedAt = 1_700_000_000_000 + (n % 2 === 0 ? -1 : 1) * 3_600_000;
        await bench.events.append([bench.append(id, 0, { recordedAt })]);
      }
      const read = await readAllShards(bench.events, 2, from);
      expectSame(read, await readJournalBehind(bench, from), "the journal");
      expectSame(read.length, ids.length, "events");
    },

    "what is read of several shards is what is read of each, from every position": async (bench) => {
      const shards = await someShards(bench, 4);
      for (let n = 0; n <= 5; n++) {
        const after = shards.map(({ shard, start }) => ({ shard, position: start + n }));
        const each = [];
        for (const { shard, position } of after) each.push(...(await bench.events.read(shard, position, 100)));
        expectSame(await readShards(bench.events, after, 100), each, `behind ${n}`);
      }
    },

    "the last positions go on with what is stored": async (bench) => {
      const last = [...(await lastPositions(bench.events))];
      expectSame(last.length, bench.events.shardCount, "shards");
      const batch = Array.from({ length: 20 }, (_, n) => bench.append(`e-${n}`, 0, { count: 1 + (n % 3) }));
      for (const append of batch) last[append.shard] = positionOf((await bench.events.append([append]))[0]);
      expectSame(await lastPositions(bench.events), last, "last positions");
    },

    "a shard that is none is refused also beside others": async (bench) => {
      for (const shard of [-1, bench.events.shardCount, 0.5]) {
        const after = [
          { shard: 0, position: 0 },
          { shard, position: 0 },
        ];
        await expectFailure(readShards(bench.events, after, 10), "invalid_argument", `shard ${shard}`);
      }
    },

    "a reader of all shards beside sixteen writers misses nothing, and finds no gap": async (bench) => {
      const from = await lastPositions(bench.events);
      const writers = Array.from({ length: 16 }, async (_, writer) => {
        const ids = ["a", "b", "c", "d", "e"].map((id) => `${id}-${writer}`);
        for (let revision = 0; revision < 10; revision += 2) {
          await bench.events.append(ids.map((id) => bench.append(id, revision, { count: 2 })));
        }
      });
      expectSame(await followShards(bench.events, Promise.all(writers), from), 800, "events seen");
    },
  }),

  ...casesOf(
    "read",
    {
      "the last positions of shards without events are 0": async (bench) => {
        const last: number[] = Array(bench.events.shardCount).fill(0);
        expectSame(await lastPositions(bench.events), last, "of an empty journal");
        const append = bench.append("a", 0, { count: 3 });
        last[append.shard] = 3;
        await bench.events.append([append]);
        expectSame(await lastPositions(bench.events), last, "with one command in it");
        expectSame(holesIn(await readAllShards(bench.events, 2)), [], "holes");
      },
    },
    { ownJournal: true },
  ),
];

/** A shard, and its last position before a case wrote to it. */
interface Started {
  readonly shard: number;
  readonly start: number;
}

/** Writes a command of so many events to each of three shards, or to as many as there are. */
async function someShards(bench: Bench, count: number): Promise<readonly Started[]> {
  const shards = new Map<number, Started>();
  for (let n = 0; shards.size < Math.min(3, bench.events.shardCount); n++) {
    const append = bench.append(`e-${n}`, 0, { count });
    const { shard } = append;
    if (shards.has(shard)) continue;
    const last = positionOf((await bench.events.append([append]))[0]);
    shards.set(shard, { shard, start: last - count });
  }
  return [...shards.values()];
}

/** Ids of three shards, several in each. Where there is one shard, the neighbours of all are the same. */
function spread(bench: Bench): readonly string[] {
  return [...new Set(["a", "b", "c"].flatMap((id) => [id, ...bench.neighbours(id, 5)]))];
}

/** Reads a journal behind a position of each shard, one shard after the other. */
async function readJournalBehind({ events }: Bench, from: readonly number[]) {
  const all = [];
  for (const [shard, position] of from.entries()) all.push(...(await readShard(events, shard, position)));
  return all;
}
