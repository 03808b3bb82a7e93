import { type ContractCase, casesOf } from "./contract-case.ts";
import { ContractError } from "./contract-error.ts";
import { expectFailure, expectSame } from "./expectations.ts";
import { added, anotherOf, buryNext, busyIn, letterOf, recordOf, thrownBy } from "./projecting.ts";

/** Versions of projections, their offsets, and the transactions that move them. */
export const projectionCases: readonly ContractCase[] = [
  ...casesOf(
    "projections",
    {
      "a projection that was not added has no offsets, is not listed, and is neither changed nor begun again": async ({
        projections,
        type,
      }) => {
        const of = { name: type, version: 1 };
        expectSame(await projections.offsets(of), undefined, "the offsets");
        expectSame(
          (await projections.list()).filter(({ name }) => name === type),
          [],
          "those listed",
        );
        expectSame(await projections.change(of, { wanted: "paused" }), false, "the answer to a change");
        expectSame(await projections.reset(of, [0], undefined, 9), false, "the answer to a reset");
        await projections.remove(of, undefined);
      },

      "a projection is added with its offsets, and listed as it is": async (bench) => {
        const record = recordOf(bench, {
          version: 7,
          role: "building",
          wanted: "paused",
          failure: "it failed\0\ud800",
        });
        const answer = await bench.projections.add(record, [3, 0, 2 ** 40], undefined);
        expectSame({ ...answer, failure: undefined }, { ...record, failure: undefined }, "the answer");
        expectSame(await bench.projections.offsets(record), [3, 0, 2 ** 40], "the offsets");
        const listed = (await bench.projections.list()).filter(({ name }) => name === bench.type);
        expectSame([listed.length, listed[0]?.failure?.startsWith("it failed")], [1, true], "those listed");
        expectSame({ ...listed[0], failure: undefined }, { ...record, failure: undefined }, "the one listed");
      },

      "one that is there stays as it is when it is added again": async (bench) => {
        await added(bench, {}, [1, 2]);
        await bench.projections.change(recordOf(bench), { wanted: "paused" });
        const again = await added(bench, { parts: 9, begunAt: 5 }, [8, 9]);
        expectSame(again, recordOf(bench, { wanted: "paused" }), "the answer");
        expectSame(await bench.projections.offsets(again), [1, 2], "the offsets");
      },

      "one that is there gets the offsets of shards that it has none of, and keeps the others": async (bench) => {
        await added(bench, {}, [1, 2]);
        await Promise.all([0, 1].map(() => added(bench, { begunAt: 5 }, [8, 9, 3, 4])));
        expectSame(await bench.projections.offsets(recordOf(bench)), [1, 2, 3, 4], "the offsets");
        const moves = [0, 3].map((shard) => ({ shard, from: shard + 1, to: 7 }));
        expectSame(await bench.projections.advance(recordOf(bench), moves, async () => undefined), true, "an advance");
        expectSame(await bench.projections.offsets(recordOf(bench)), [7, 2, 3, 7], "then");
      },

      "of many that add a version at once, one does, and all are told what is stored": async (bench) => {
        const records = Array.from({ length: 5 }, (_, n) => recordOf(bench, { parts: n + 1 }));
        const stored = await Promise.all(records.map((record, n) => bench.projections.add(record, [n], undefined)));
        for (const record of stored) expectSame(record, stored[0], "an answer");
        expectSame(await bench.projections.offsets(recordOf(bench)), [(stored[0]?.parts ?? 0) - 1], "the offsets");
      },

      "versions have offsets and changes of their own": async (bench) => {
        const [one, two] = [recordOf(bench), recordOf(bench, { version: 2, role: "building" })];
        await bench.projections.add(one, [5], undefined);
        await bench.projections.add(two, [0], undefined);
        await bench.projections.change(two, { failure: "stuck" });
        await bench.projections.advance(two, [{ shard: 0, from: 0, to: 4 }], async () => undefined);
        expectSame(await bench.projections.offsets(one), [5], "offsets of version 1");
        expectSame(await bench.projections.offsets(two), [4], "offsets of version 2");
        const listed = (await bench.projections.list()).filter(({ name }) => name === bench.type);
        expectSame(listed, [one, { ...two, failure: "stuck" }], "those listed");
      },

      "a change changes what it names, and a failure can be taken back": async (bench) => {
        const record = await added(bench);
        const stored = async () => (await bench.projections.list()).find(({ name }) => name === bench.type);
        expectSame(await bench.projections.change(record, { failure: "no" }), true, "the answer");
        expectSame(await bench.projections.change(record, { wanted: "paused" }), true, "the answer");
        expectSame(await bench.projections.change(record, { wanted: "paused" }), true, "the answer to the same again");
        expectSame(await stored(), { ...record, wanted: "paused", failure: "no" }, "the record");
        expectSame(await bench.projections.change(record, { failure: null, wanted: "running" }), true, "the answer");
        expectSame(await stored(), record, "the record");
        expectSame(await bench.projections.change(record, {}), true, "the answer to no change");
      },

      "a reset begins again at other offsets, without dead letters": async (bench) => {
        const record = await added(bench);
        for (const from of [0, 1]) await buryNext(bench.projections, record, 1, from);
        expectSame(await bench.projections.reset(record, [0, 1, 9, 7], undefined, 9), true, "the answer");
        expectSame(await bench.projections.offsets(record), [0, 1, 9, 7], "the offsets");
        expectSame(await bench.projections.countDeadLetters(record), 0, "dead letters");
        const found = (await bench.projections.list()).find(({ name }) => name === record.name);
        expectSame(found, { ...record, begunAt: 9 }, "the record");
        expectSame(await buryNext(bench.projections, record, 1, 1), true, "the answer to what goes on from there");
      },

      "one that is removed is gone with all it had, and can be added again": async (bench) => {
        const record = await added(bench);
        await buryNext(bench.projections, record, 0, 0);
        const lease = { ...record, part: 0, owner: `${bench.type}-n`, expiresAt: 9 };
        await bench.projections.take(lease, undefined);
        await bench.projections.remove(record, undefined);
        expectSame(await bench.projections.offsets(record), undefined, "the offsets");
        expectSame(await bench.projections.countDeadLetters(record), 0, "dead letters");
        expectSame(await buryNext(bench.projections, record, 0, 1), false, "the answer to an advance");
        expectSame(await bench.projections.take(lease, lease.owner), false, "the answer to who takes a part of it");
        await added(bench, {}, [0]);
        expectSame(await bench.projections.offsets(record), [0], "the offsets");
        expectSame(await bench.projections.take(lease, undefined), true, "the answer to who takes a part");
      },

      "an advance does the work once, and moves the offsets of its shards": async (bench) => {
        const record = await added(bench, {}, [0, 5, 0, 2]);
        let done = 0;
        const moves = [
          { shard: 3, from: 2, to: 3 },
          { shard: 1, from: 5, to: 9 },
        ];
        const answer = await bench.projections.advance(record, moves, async () => {
          done++;
        });
        expectSame([answer, done], [true, 1], "the answer, and how often it was done");
        expectSame(await bench.projections.offsets(record), [0, 9, 0, 3], "the offsets");
      },

      "an advance from an offset that is behind, ahead, or not there is declined, and does nothing": async (bench) => {
        const record = await added(bench, {}, [4, 4]);
        const good = { shard: 0, from: 4, to: 5 };
        for (const bad of [
          { shard: 1, from: 3, to: 4 },
          { shard: 1, from: 5, to: 6 },
          { shard: 2, from: 0, to: 1 },
        ]) {
          const answer = await bench.projections.advance(record, [good, bad], notCalled);
          expectSame(answer, false, `the answer to a move from ${bad.from} in shard ${bad.shard}`);
        }
        for (const of of [
          { ...record, version: 2 },
          { ...record, name: `${record.name}-2` },
        ]) {
          const answer = await bench.projections.advance(of, [good], notCalled);
          expectSame(answer, false, "the answer for another projection");
        }
        expectSame(await bench.projections.offsets(record), [4, 4], "the offsets");
      },

      "an advance without a move is refused": async (bench) => {
        const record = await added(bench);
        await expectFailure(
          bench.projections.advance(record, [], async () => undefined),
          "invalid_argument",
          "advance",
        );
      },

      "what the work throws comes out as it is, and nothing was done": async (bench) => {
        const record = await added(bench);
        for (const failure of [new Error("the handler failed"), "text", undefined]) {
          const outcome = await thrownBy(
            bench.projections
              .advance(record, [{ shard: 0, from: 0, to: 1 }], async ({ bury }) => {
                await bury(letterOf(0, 1));
                throw failure;
              })
              .then(() => "nothing"),
          );
          expectSame(outcome === failure, true, `whether it threw ${String(failure)}`);
          expectSame(await bench.projections.offsets(record), [0, 0, 0, 0], "the offsets");
          expectSame(await bench.projections.countDeadLetters(record), 0, "dead letters");
        }
        expectSame(await buryNext(bench.projections, record, 0, 0), true, "the answer to the next");
      },

      "what is asked for after the work has ended is refused": async (bench) => {
        const record = await added(bench);
        const late: (() => Promise<void>)[] = [];
        await bench.projections.advance(record, [{ shard: 0, from: 0, to: 1 }], async ({ bury }) => {
          late.push(() => bury(letterOf(0, 1)));
        });
        await thrownBy(
          bench.projections.advance(record, [{ shard: 0, from: 1, to: 2 }], async ({ bury }) => {
            late.push(() => bury(letterOf(0, 2)));
            throw new Error("no");
          }),
        );
        for (const call of late) {
          const outcome = await call().then(
            () => "taken",
            () => "refused",
          );
          expectSame(outcome, "refused", "what became of a letter that comes late");
        }
        expectSame(await bench.projections.countDeadLetters(record), 0, "dead letters");
      },

      "of many that advance one shard at once, one does": async (bench) => {
        const record = await added(bench);
        for (let from = 0; from < 5; from++) {
          let done = 0;
          const answers = await Promise.all(
            Array.from({ length: 4 }, () =>
              bench.projections.advance(record, [{ shard: 0, from, to: from + 1 }], async () => {
                done++;
              }),
            ),
          );
          expectSame([answers.filter((answer) => answer).length, done], [1, 1], "those that did, and how often");
          expectSame((await bench.projections.offsets(record))?.[0], from + 1, "the offset");
        }
      },

      "many shards advance at once": async (bench) => {
        const shards = 40;
        const record = await added(bench, {}, new Array(shards).fill(0));
        for (let from = 0; from < 2; from++) {
          const moves = Array.from({ length: shards }, (_, shard) => ({ shard, from, to: from + 1 }));
          expectSame(await bench.projections.advance(record, moves, async () => undefined), true, "the answer");
          expectSame(await bench.projections.offsets(record), new Array(shards).fill(from + 1), "the offsets");
        }
      },
    },
    { needs: ["projections"] },
  ),

  ...casesOf(
    "projections",
    {
      "of two stores that advance one shard, one does; other shards go on beside it": async (bench) => {
        const other = await anotherOf(bench);
        const record = await added(bench);
        for (let from = 0; from < 8; from++) {
          const move = { from, to: from + 1 };
          const answers = await Promise.all([
            bench.projections.advance(record, [{ shard: 0, ...move }], async () => undefined),
            other.advance(record, [{ shard: 0, ...move }], async () => undefined),
            bench.projections.advance(record, [{ shard: 1, ...move }], async () => undefined),
            other.advance(record, [{ shard: 2, ...move }], async () => undefined),
          ]);
          expectSame([Number(answers[0]) + Number(answers[1]), ...answers.slice(2)], [1, true, true], "the answers");
        }
        expectSame(await other.offsets(record), [8, 8, 8, 0], "the offsets");
      },

      "stores that advance the same shards in any order never block each other": async (bench) => {
        const other = await anotherOf(bench);
        const record = await added(bench, {}, new Array(20).fill(0));
        const moves = (from: number) => Array.from({ length: 20 }, (_, shard) => ({ shard, from, to: from + 1 }));
        for (let from = 0; from < 6; from++) {
          const answers = await Promise.all([
            bench.projections.advance(record, moves(from), async () => undefined),
            other.advance(record, moves(from).toReversed(), async () => undefined),
          ]);
          expectSame(Number(answers[0]) + Number(answers[1]), 1, "those that did");
        }
        expectSame(await other.offsets(record), new Array(20).fill(6), "the offsets");
      },

      "what the work writes and the offset are seen together by another store": async (bench) => {
        const other = await anotherOf(bench);
        const record = await added(bench);
        const letters = () => other.countDeadLetters(record);
        const offset = async () => (await other.offsets(record))?.[0] ?? 0;
        const seen = async () => {
          // What is read later may be newer, and never older.
          const [before, at] = [await letters(), await offset()];
          const after = await letters();
          return before <= at && at <= after ? "together" : `${before} letters, offset ${at}, ${after} letters`;
        };
        for (let from = 0; from < 3; from++) {
          const looks: Promise<string>[] = [];
          await bench.projections.advance(record, [{ shard: 0, from, to: from + 1 }], async (transaction) => {
            looks.push(seen());
            await busyIn(transaction, letterOf(0, from + 1));
            looks.push(seen());
          });
          for (const look of looks) expectSame(await look, "together", "what is seen while it is done");
          expectSame([await letters(), await offset()], [from + 1, from + 1], "what is seen then");
        }
      },

      "a reset and a removal wait for an advance that is under way": async (bench) => {
        const other = await anotherOf(bench);
        for (const end of ["reset", "remove"] as const) {
          const record = await added(bench);
          const from = (await other.offsets(record))?.[2] ?? 0;
          const working = Promise.withResolvers<void>();
          const advanced = bench.projections.advance(
            record,
            [{ shard: 2, from, to: from + 1 }],
            async (transaction) => {
              working.resolve();
              await busyIn(transaction, letterOf(2, 1));
            },
          );
          await working.promise;
          const ended =
            end === "reset" ? other.reset(record, [0, 0, 5, 0], undefined, 9) : other.remove(record, undefined);
          expectSame(await advanced, true, "the answer to the advance");
          await ended;
          expectSame(await other.countDeadLetters(record), 0, `dead letters after the ${end}`);
          expectSame((await other.offsets(record))?.[2], end === "reset" ? 5 : undefined, "the offset");
        }
      },
    },
    { needs: ["projections", "sharing"] },
  ),

  ...casesOf(
    "projections",
    {
      "offsets, letters and what is wanted are there when the journal is opened again": async (bench) => {
        const record = await added(bench);
        await buryNext(bench.projections, record, 3, 0);
        await bench.projections.change(record, { wanted: "paused", failure: "no" });
        await bench.reopen();
        expectSame(await bench.projections.offsets(record), [0, 0, 0, 1], "the offsets");
        expectSame(await bench.projections.deadLetters(record, 9), [letterOf(3, 1)], "the letters");
        const listed = (await bench.projections.list()).find(({ name }) => name === bench.type);
        expectSame(listed, { ...record, wanted: "paused", failure: "no" }, "the record");
      },
    },
    { needs: ["projections", "reopening"], ownJournal: true },
  ),
];

async function notCalled(): Promise<void> {
  throw new ContractError("the work was called, though there is nothing to do", "not called", "called");
}
