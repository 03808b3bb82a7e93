import type { RevisionRange } from "../../journal/event-store.ts";
import { type ContractCase, casesOf, type Trial } from "./contract-case.ts";
import { expectSame } from "./expectations.ts";

/** Ranges of an entity that has five events, and the revisions that are in them. */
const ranges: readonly (readonly [RevisionRange, readonly number[]])[] = [
  [{}, [1, 2, 3, 4, 5]],
  [{ from: 3 }, [3, 4, 5]],
  [{ from: 5 }, [5]],
  [{ from: 6 }, []],
  [{ to: 2 }, [1, 2]],
  [{ to: 5 }, [1, 2, 3, 4, 5]],
  [{ to: 99 }, [1, 2, 3, 4, 5]],
  [{ from: 2, to: 4 }, [2, 3, 4]],
  [{ from: 3, to: 3 }, [3]],
  [{ from: 4, to: 2 }, []],
  [{ from: 6, to: 9 }, []],
  [{ limit: 1 }, [1]],
  [{ limit: 2 }, [1, 2]],
  [{ limit: 5 }, [1, 2, 3, 4, 5]],
  [{ limit: 99 }, [1, 2, 3, 4, 5]],
  [{ limit: 1, from: 2, to: 5 }, [2]],
  [{ limit: 2, from: 4 }, [4, 5]],
  [{ limit: 9, from: 4 }, [4, 5]],
  [{ limit: 9, to: 2 }, [1, 2]],
  [{ limit: 2, from: 4, to: 3 }, []],
  [{ limit: 0 }, []],
  [{ limit: 0, from: 2, to: 4 }, []],
  [{ limit: -1 }, []],
  [{ from: 0, to: 0 }, []],
  [{ from: 0, to: 2 }, [1, 2]],
  [{ from: -5, to: 1 }, [1]],
  [{ to: -1 }, []],
];

/** Replay: the events of one entity. */
export const loadCases: readonly ContractCase[] = casesOf("load", {
  ...Object.fromEntries(
    ranges.map(([range, revisions]): [string, Trial] => [
      `load with ${JSON.stringify(range)} gives revisions ${JSON.stringify(revisions)}`,
      async (bench) => {
        await bench.events.append([
          bench.append("other", 0),
          bench.append("a", 0, { count: 2 }),
          bench.append("a", 2, { count: 3 }),
        ]);
        expectSame(
          (await bench.load("a", range)).map((event) => event.revision),
          revisions,
          "revisions",
        );
      },
    ]),
  ),

  "payloads that are loaded alone are those of the events": async (bench) => {
    await bench.events.append([bench.append("other", 0), bench.append("a", 0, { count: 2 })]);
    await bench.events.append([bench.append("a", 2, { events: [{ type: "t", payload: new Uint8Array(0) }] })]);
    await bench.events.append([bench.append("a", 3, { count: 2 })]);
    await bench.events.removePayloads?.(bench.type, "a", { from: 1, to: 2, toPosition: 1_000_000 });
    for (const [range] of ranges) {
      const wanted = (await bench.load("a", range)).map(({ entityId, revision, type, payload }) => {
        return { entityId, revision, type, payload };
      });
      // A store need not have it.
      const found = await (bench.events.loadPayloads?.(bench.type, "a", range) ?? wanted);
      expectSame(found, wanted, `payloads of ${JSON.stringify(range)}`);
    }
    expectSame(await (bench.events.loadPayloads?.(bench.type, "b") ?? []), [], "payloads of an unknown entity");
    const unknown = bench.events.loadPayloads?.(`${bench.type}_unknown`, "a") ?? [];
    expectSame(await unknown, [], "payloads of an unknown type");
  },

  "an unknown entity of a known type has no events": async (bench) => {
    await bench.events.append([bench.append("a", 0)]);
    expectSame(await bench.load("b"), [], "events");
  },

  "an entity of an unknown type has no events": async (bench) => {
    expectSame(await bench.events.load(`${bench.type}_unknown`, "a"), [], "events");
  },

  "events come by revision, whenever and beside whatever they were stored": async (bench) => {
    const [neighbour = ""] = bench.neighbours("a", 1);
    for (let revision = 0; revision < 12; revision++) {
      const recordedAt = 1_700_000_000_000 - revision;
      await bench.events.append([
        bench.append(neighbour, revision, { recordedAt }),
        bench.append("a", revision, { recordedAt }),
      ]);
    }
    const expected = Array.from({ length: 12 }, (_, n) => n + 1);
    for (const id of ["a", neighbour]) {
      expectSame(
        (await bench.load(id)).map((event) => event.revision),
        expected,
        `revisions of ${id}`,
      );
    }
  },

  "pages by revision add up to the whole, whatever their size": async (bench) => {
    await bench.events.append([bench.append("a", 0, { count: 7 }), bench.append("a", 7, { count: 4 })]);
    const whole = await bench.load("a");
    for (const limit of [1, 2, 3, 5, 10, 11]) {
      const pages = [];
      for (let from = 1; from <= 11; from += limit) pages.push(...(await bench.load("a", { from, limit })));
      expectSame(pages, whole, `pages of ${limit}`);
    }
  },

  "what was answered as stored is loaded": async (bench) => {
    for (let revision = 0; revision < 20; revision++) {
      await bench.events.append([bench.append("a", revision)]);
      expectSame((await bench.load("a", { from: revision + 1 })).length, 1, `events behind revision ${revision}`);
    }
  },

  "a command is loaded whole or not at all, while it is stored": async (bench) => {
    const { shard } = bench.append("a", 0);
    const start = await bench.mark(shard);
    const [neighbour = ""] = bench.neighbours("a", 1);
    async function look(): Promise<void> {
      for (let n = 0; n < 4; n++) {
        const [loaded, read] = await Promise.all([bench.load("a"), bench.events.read(shard, start, 1_000)]);
        expectSame(loaded.length % 5, 0, `part of a command, of ${loaded.length} events loaded`);
        expectSame(read.length % 10, 0, `part of a batch, of ${read.length} events read`);
      }
    }
    for (let round = 0; round < 10; round++) {
      const batch = ["a", neighbour].map((id) => bench.append(id, round * 5, { count: 5 }));
      await Promise.all([bench.events.append(batch), look()]);
    }
    expectSame((await bench.load("a")).length, 50, "events in the end");
  },

  "one entity is loaded many times at once": async (bench) => {
    await bench.events.append([bench.append("a", 0, { count: 5 })]);
    const loaded = await Promise.all(Array.from({ length: 20 }, () => bench.load("a")));
    for (const events of loaded) expectSame(events.length, 5, "events");
  },
});
