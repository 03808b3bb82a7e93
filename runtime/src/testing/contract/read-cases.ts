import { positionOf } from "./bench.ts";
import { type ContractCase, casesOf } from "./contract-case.ts";
import { expectSame } from "./expectations.ts";
import { followShard, holesIn, readJournal, readShard } from "./journal-reading.ts";

/** The log: the events of one shard. */
export const readCases: readonly ContractCase[] = [
  ...casesOf("read", {
    "reading goes on behind any position, also within a command": async (bench) => {
      const { shard } = bench.append("a", 0);
      const start = await bench.mark(shard);
      await bench.events.append([bench.append("a", 0, { count: 3 }), bench.append("a", 3, { count: 2 })]);
      for (let after = 0; after <= 5; after++) {
        const read = await bench.events.read(shard, start + after, 100);
        const rest = [1, 2, 3, 4, 5].filter((n) => n > after).map((n) => start + n);
        expectSame(
          read.map((event) => event.position),
          rest,
          `behind ${after} of 5`,
        );
      }
    },

    "a page ends at its limit, also within a command": async (bench) => {
      const { shard } = bench.append("a", 0);
      const start = await bench.mark(shard);
      await bench.events.append([bench.append("a", 0, { count: 3 }), bench.append("a", 3, { count: 3 })]);
      for (let limit = 1; limit <= 6; limit++) {
        const page = await bench.events.read(shard, start, limit);
        expectSame(
          page.map((event) => event.revision),
          [1, 2, 3, 4, 5, 6].slice(0, limit),
          `a page of ${limit}`,
        );
      }
    },

    "no page is longer than its limit": async (bench) => {
      const { shard } = bench.append("a", 0);
      const start = await bench.mark(shard);
      await bench.events.append([bench.append("a", 0, { count: 50 })]);
      for (const limit of [1, 7, 49, 50, 51]) {
        expectSame((await bench.events.read(shard, start, limit)).length, Math.min(limit, 50), `a page of ${limit}`);
      }
    },

    "a limit of 0 or below gives nothing": async (bench) => {
      const append = bench.append("a", 0);
      const position = positionOf((await bench.events.append([append]))[0]);
      for (const limit of [0, -1]) {
        expectSame(await bench.events.read(append.shard, position - 1, limit), [], `a limit of ${limit}`);
      }
    },

    "there is nothing behind the last position, nor beyond it": async (bench) => {
      const append = bench.append("a", 0, { count: 2 });
      const position = positionOf((await bench.events.append([append]))[0]);
      for (const beyond of [0, 1, 1_000_000]) {
        expectSame(await bench.events.read(append.shard, position + beyond, 10), [], `${beyond} beyond the last`);
      }
    },

    "a position below 0 is that of the start": async (bench) => {
      const append = bench.append("a", 0);
      await bench.events.append([append]);
      const fromStart = await bench.events.read(append.shard, 0, 3);
      expectSame(fromStart[0]?.position, 1, "the first position");
      expectSame(await bench.events.read(append.shard, -1, 3), fromStart, "behind -1");
    },

    "pages add up to the whole, whatever their size": async (bench) => {
      const { shard } = bench.append("a", 0);
      const start = await bench.mark(shard);
      const ids = ["a", ...bench.neighbours("a", 4)];
      await bench.events.append(ids.map((id, n) => bench.append(id, 0, { count: n + 1 })));
      const whole = await bench.events.read(shard, start, 1_000);
      expectSame(whole.length, 15, "events");
      for (const page of [1, 2, 3, 4, 7, 15]) {
        expectSame(await readShard(bench.events, shard, start, page), whole, `pages of ${page}`);
      }
    },

    "the order is that of positions where all times are equal": async (bench) => {
      const { shard } = bench.append("a", 0);
      const start = await bench.mark(shard);
      const ids = bench.neighbours("a", 9).toReversed();
      for (const id of ids) await bench.events.append([bench.append(id, 0, { recordedAt: 5 })]);
      const read = await readShard(bench.events, shard, start, 2);
      expectSame(
        read.map((event) => event.entityId),
        ids,
        "entities",
      );
    },

    "the order is that of positions where the clock went back": async (bench) => {
      const { shard } = bench.append("a", 0);
      const start = await bench.mark(shard);
      const ids = bench.neighbours("a", 9);
      for (const [n, id] of ids.entries()) {
        await bench.events.append([bench.append(id, 0, { recordedAt: 1_700_000_000_000 - n * 3_600_000 })]);
      }
      const read = await readShard(bench.events, shard, start, 2);
      expectSame(
        read.map((event) => event.entityId),
        ids,
        "entities",
      );
    },

    "a reader who keeps up sees every event once": async (bench) => {
      const { shard } = bench.append("a", 0);
      let position = await bench.mark(shard);
      const seen: number[] = [];
      for (let revision = 0; revision < 10; revision++) {
        await bench.events.append([bench.append("a", revision)]);
        for (const event of await readShard(bench.events, shard, position, 1)) {
          seen.push(event.revision);
          position = event.position;
        }
      }
      expectSame(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "revisions seen");
    },

    "a reader beside sixteen writers never finds a gap": async (bench) => {
      const { shard } = bench.append("a", 0);
      const start = await bench.mark(shard);
      const writers = bench.neighbours("a", 16).map(async (id) => {
        for (let n = 0; n < 5; n++) await bench.events.append([bench.append(id, n * 2, { count: 2 })]);
      });
      expectSame(await followShard(bench.events, shard, start, Promise.all(writers)), start + 160, "the last position");
    },

    "what is read is what is loaded": async (bench) => {
      const append = bench.append("a", 0, { count: 3 });
      const start = await bench.mark(append.shard);
      await bench.events.append([append]);
      expectSame(await bench.events.read(append.shard, start, 10), await bench.load("a"), "the events");
    },
  }),

  ...casesOf(
    "read",
    {
      "an empty shard has nothing, wherever one reads": async (bench) => {
        for (const after of [0, 1, 100]) expectSame(await bench.events.read(0, after, 10), [], `behind ${after}`);
      },

      "a shard has the events of its own entities only": async (bench) => {
        await bench.events.append(Array.from({ length: 100 }, (_, n) => bench.append(`e-${n}`, 0)));
        for (const event of await readJournal(bench.events)) {
          const { shard } = bench.append(event.entityId, 0, { entityType: event.entityType });
          expectSame(event.shard, shard, `the shard of ${event.entityId}`);
        }
      },

      "every event of the journal is read once, shard by shard": async (bench) => {
        const batch = Array.from({ length: 300 }, (_, n) => bench.append(`e-${n}`, 0, { count: 1 + (n % 3) }));
        await bench.events.append(batch);
        const all = await readJournal(bench.events, 4);
        expectSame(all.length, 600, "events");
        expectSame(holesIn(all), [], "holes");
      },
    },
    { ownJournal: true },
  ),
];
