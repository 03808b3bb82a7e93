import { type ContractCase, casesOf } from "./contract-case.ts";
import { expectSame } from "./expectations.ts";
import { added, buryNext, letterOf, thrownBy } from "./projecting.ts";

/** Dead letters of projections. */
export const letterCases: readonly ContractCase[] = casesOf(
  "dead letters",
  {
    "letters come back as they were, by shard and position, page by page": async (bench) => {
      const { projections } = bench;
      const record = await added(bench);
      const places = [
        [2, 1],
        [0, 2],
        [0, 1],
        [2, 2],
        [0, 3],
        [1, 1],
      ] as const;
      await projections.advance(record, [{ shard: 0, from: 0, to: 9 }], async ({ bury }) => {
        for (const [shard, position] of places) await bury(letterOf(shard, position, { failure: "ä😀'\n".repeat(99) }));
      });
      expectSame(await projections.countDeadLetters(record), 6, "letters");
      const all = await projections.deadLetters(record, 100);
      const sorted = places.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
      expectSame(
        all,
        sorted.map(([shard, position]) => letterOf(shard, position, { failure: "ä😀'\n".repeat(99) })),
        "all letters",
      );
      expectSame(await projections.deadLetters(record, 2), all.slice(0, 2), "the first page");
      expectSame(await projections.deadLetters(record, 2, all[1]), all.slice(2, 4), "the second page");
      expectSame(
        await projections.deadLetters(record, 9, { shard: 1, position: 7 }),
        all.slice(4),
        "those behind a place",
      );
      expectSame(await projections.deadLetters(record, 9, all[5]), [], "those behind the last");
      expectSame(await projections.deadLetters(record, 0), [], "none");
    },

    "a letter takes the place of one of the same position": async (bench) => {
      const record = await added(bench);
      for (const [from, attempts] of [1, 5].entries()) {
        await bench.projections.advance(record, [{ shard: 0, from, to: from + 1 }], ({ bury }) =>
          bury(letterOf(0, 1, { attempts, failure: `after ${attempts}` })),
        );
      }
      const expected = [letterOf(0, 1, { attempts: 5, failure: "after 5" })];
      expectSame(await bench.projections.deadLetters(record, 9), expected, "the letters");
    },

    "letters are those of one version": async (bench) => {
      const one = await added(bench);
      const two = await added(bench, { version: 2, role: "building" });
      await buryNext(bench.projections, one, 0, 0);
      expectSame(await bench.projections.countDeadLetters(two), 0, "letters of version 2");
      await buryNext(bench.projections, two, 0, 0);
      await bench.projections.remove(two, undefined);
      expectSame(await bench.projections.deadLetters(one, 9), [letterOf(0, 1)], "letters of version 1");
    },

    "a letter is taken out once, with the work, and the offset stays": async (bench) => {
      const { projections } = bench;
      const record = await added(bench);
      for (const from of [0, 1]) await buryNext(projections, record, 0, from);
      let done = 0;
      const work = async () => {
        done++;
      };
      const answers = [
        ...(await Promise.all([1, 2, 3].map(() => projections.unbury(record, { shard: 0, position: 2 }, work)))),
        await projections.unbury(record, { shard: 0, position: 2 }, work),
        await projections.unbury(record, { shard: 1, position: 1 }, work),
        await projections.unbury({ ...record, version: 2 }, { shard: 0, position: 1 }, work),
      ];
      expectSame([answers.filter((answer) => answer).length, done], [1, 1], "those that took it, and how often");
      expectSame(await projections.deadLetters(record, 9), [letterOf(0, 1)], "the letters");
      expectSame((await projections.offsets(record))?.[0], 2, "the offset");
    },

    "a letter stays whose work throws, and the failure comes out as it is": async (bench) => {
      const record = await added(bench);
      await buryNext(bench.projections, record, 0, 0);
      const failure = new Error("again");
      const outcome = await thrownBy(
        bench.projections.unbury(record, { shard: 0, position: 1 }, async ({ bury }) => {
          await bury(letterOf(1, 1));
          throw failure;
        }),
      );
      expectSame(outcome === failure, true, "whether the same came out");
      expectSame(await bench.projections.deadLetters(record, 9), [letterOf(0, 1)], "the letters");
    },

    "a letter can be buried again by the work that took it out": async (bench) => {
      const record = await added(bench);
      await buryNext(bench.projections, record, 0, 0);
      const again = letterOf(0, 1, { attempts: 2, failure: "still" });
      const answer = await bench.projections.unbury(record, again, ({ bury }) => bury(again));
      expectSame(answer, true, "the answer");
      expectSame(await bench.projections.deadLetters(record, 9), [again], "the letters");
    },
  },
  { needs: ["projections"] },
);
