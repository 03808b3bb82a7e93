import { positionOf } from "./bench.ts";
import { type ContractCase, casesOf, type Trial } from "./contract-case.ts";
import { expectFailure, expectSame } from "./expectations.ts";
import { readJournal, readShard } from "./journal-reading.ts";

/** What is no shard of a journal with so many. */
const noShards: Readonly<Record<string, (shardCount: number) => number>> = {
  "-1": () => -1,
  "behind the last": (shardCount) => shardCount,
  "0.5": () => 0.5,
  NaN: () => Number.NaN,
};

/** One append: what is stored, and what is refused. */
export const appendCases: readonly ContractCase[] = [
  ...casesOf("append", {
    "an event comes back as it was stored, its command id on the first of a command only": async (bench) => {
      const append = bench.append("a", 0, { count: 2, recordedAt: 1_700_000_000_123, commandId: "c-1" });
      const before = await bench.mark(append.shard);
      await bench.events.append([append]);
      const common = {
        shard: append.shard,
        entityType: bench.type,
        entityId: "a",
        type: "bank.v1.Credited",
        metadata: Uint8Array.of(7),
        recordedAt: 1_700_000_000_123,
      };
      const stored = [
        { ...common, position: before + 1, revision: 1, payload: Uint8Array.of(0, 0), commandId: "c-1" },
        { ...common, position: before + 2, revision: 2, payload: Uint8Array.of(0, 1), commandId: null },
      ];
      expectSame(await bench.load("a"), stored, "load");
      expectSame(await readShard(bench.events, append.shard, before), stored, "read");
    },

    "the answer has the position of the last event": async (bench) => {
      const { shard } = bench.append("a", 0);
      const before = await bench.mark(shard);
      const results = await bench.events.append([bench.append("a", 0, { count: 3 })]);
      expectSame(results, [{ stored: true, position: before + 3 }], "the answer");
    },

    "revisions go on where the append before ended": async (bench) => {
      for (const [revision, count] of [
        [0, 2],
        [2, 1],
        [3, 3],
      ] as const) {
        positionOf((await bench.events.append([bench.append("a", revision, { count })]))[0]);
      }
      const revisions = (await bench.load("a")).map((event) => event.revision);
      expectSame(revisions, [1, 2, 3, 4, 5, 6], "revisions");
    },

    "the events of one command keep their order, and are neighbours in the log": async (bench) => {
      const { shard } = bench.append("a", 0);
      const before = await bench.mark(shard);
      await bench.events.append([bench.append("a", 0, { count: 40 })]);
      const read = await readShard(bench.events, shard, before);
      const expected = Array.from({ length: 40 }, (_, index) => [before + 1 + index, index + 1, index]);
      expectSame(
        read.map((event) => [event.position, event.revision, event.payload?.[1]]),
        expected,
        "position, revision and payload",
      );
    },

    "a thousand events of one command are stored": async (bench) => {
      positionOf((await bench.events.append([bench.append("a", 0, { count: 1_000 })]))[0]);
      const stored = await bench.load("a");
      expectSame(stored.length, 1_000, "events");
      expectSame(stored.at(-1)?.revision, 1_000, "the last revision");
    },

    "a stale append is refused with the head, and changes nothing": async (bench) => {
      await bench.events.append([bench.append("a", 0, { count: 3, commandId: "first" })]);
      const before = await bench.load("a");
      for (const revision of [0, 1, 2]) {
        const results = await bench.events.append([bench.append("a", revision, { commandId: "stale" })]);
        expectSame(results, [{ stored: false, head: 3 }], `at revision ${revision}`);
      }
      expectSame(await bench.load("a"), before, "the events");
    },

    "an append ahead of the head is refused with the head": async (bench) => {
      await bench.events.append([bench.append("a", 0)]);
      expectSame(await bench.events.append([bench.append("a", 2)]), [{ stored: false, head: 1 }], "the answer");
      expectSame((await bench.load("a")).length, 1, "events");
    },

    "an append ahead of an entity without a history is refused with 0": async (bench) => {
      expectSame(await bench.events.append([bench.append("new", 1)]), [{ stored: false, head: 0 }], "the answer");
      expectSame(await bench.load("new"), [], "events");
    },

    "an entity that was refused can be appended to at its head": async (bench) => {
      await bench.events.append([bench.append("a", 0)]);
      await bench.events.append([bench.append("a", 5)]);
      positionOf((await bench.events.append([bench.append("a", 1)]))[0]);
      expectSame((await bench.load("a")).length, 2, "events");
    },

    "a refused append takes no position": async (bench) => {
      const { shard } = bench.append("a", 0);
      const before = await bench.mark(shard);
      await bench.events.append([bench.append("a", 1, { count: 3 })]);
      expectSame(await bench.events.append([bench.append("a", 0)]), [{ stored: true, position: before + 1 }], "then");
    },

    "an append whose answer was lost is refused when sent again, and is found by its command id": async (bench) => {
      const append = bench.append("a", 0, { count: 2, commandId: "lost" });
      await bench.events.append([append]);
      expectSame(await bench.events.append([append]), [{ stored: false, head: 2 }], "the second answer");
      expectSame(
        (await bench.load("a")).map((event) => event.commandId),
        ["lost", null],
        "command ids",
      );
    },

    "a command id says nothing about another entity": async (bench) => {
      const results = await bench.events.append(["a", "b"].map((id) => bench.append(id, 0, { commandId: "same" })));
      for (const result of results) positionOf(result);
      for (const id of ["a", "b"]) expectSame((await bench.load(id))[0]?.commandId, "same", `command id of ${id}`);
    },

    "each command has its own id, whichever batch it came in": async (bench) => {
      await bench.events.append([
        bench.append("a", 0, { count: 2, commandId: "one" }),
        bench.append("a", 2, { commandId: "two" }),
      ]);
      await bench.events.append([bench.append("a", 3, { count: 3, commandId: "three" })]);
      expectSame(
        (await bench.load("a")).map((event) => event.commandId),
        ["one", null, "two", "three", null, null],
        "command ids",
      );
    },

    "a refused command leaves no command id": async (bench) => {
      await bench.events.append([bench.append("a", 0, { commandId: "first" })]);
      await bench.events.append([bench.append("a", 0, { commandId: "refused" })]);
      const ids = (await bench.load("a")).map((event) => event.commandId);
      expectSame(ids, ["first"], "command ids");
    },

    ...Object.fromEntries(
      Object.entries(noShards).map(([name, shardIn]): [string, Trial] => [
        `the shard ${name} is refused, and its batch with it`,
        async (bench) => {
          const before = await bench.mark(bench.append("a", 0).shard);
          const shard = shardIn(bench.events.shardCount);
          const batch = [bench.append("a", 0), bench.append("b", 0, { shard })];
          await expectFailure(bench.events.append(batch), "invalid_argument", "append");
          await expectFailure(bench.events.read(shard, 0, 1), "invalid_argument", "read");
          expectSame(await bench.load("a"), [], "the other append of the batch");
          const then = await bench.events.append([bench.append("a", 0)]);
          expectSame(then, [{ stored: true, position: before + 1 }], "then");
        },
      ]),
    ),
  }),

  ...casesOf(
    "append",
    {
      "nothing is stored of an append without events, or of a batch without appends": async (bench) => {
        expectSame(await bench.events.append([]), [], "the answer to no appends");
        const results = await bench.events.append([bench.append("a", 0, { events: [] })]);
        expectSame(results, [{ stored: true, position: 0 }], "the answer to no events");
        expectSame(await readJournal(bench.events), [], "the journal");
      },

      "two journals know nothing of each other": async (bench) => {
        const foreign = await bench.foreign();
        await bench.events.append([bench.append("a", 0, { count: 2 })]);
        expectSame(await foreign.events.load(bench.type, "a"), [], "events in the other");
        expectSame(await readJournal(foreign.events), [], "the other journal");
        expectSame(await foreign.events.append([bench.append("a", 0)]), [{ stored: true, position: 1 }], "the answer");
        expectSame((await bench.load("a")).length, 2, "events in this one");
      },

      "the journal has at least one shard, and every shard takes events": async (bench) => {
        const { shardCount } = bench.events;
        expectSame(Number.isSafeInteger(shardCount) && shardCount >= 1, true, `shardCount ${shardCount} is a count`);
        for (let shard = 0; shard < shardCount; shard++) {
          expectSame(await bench.mark(shard), 1, `the first position of shard ${shard}`);
        }
        const all = await readJournal(bench.events);
        expectSame(
          all.map((event) => event.shard),
          Array.from({ length: shardCount }, (_, shard) => shard),
          "the shards read",
        );
      },
    },
    { ownJournal: true },
  ),
];
