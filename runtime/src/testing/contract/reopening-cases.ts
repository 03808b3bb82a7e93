import type { StoredEvent } from "../../journal/event-store.ts";
import { lastPositions, readShards } from "../../journal/read-shards.ts";
import { positionOf } from "./bench.ts";
import { type ContractCase, casesOf } from "./contract-case.ts";
import { expectSame } from "./expectations.ts";
import { holesIn, readJournal } from "./journal-reading.ts";
import { changeOf, noteEntities, noteIn } from "./note.ts";

/** A journal that is opened again. */
export const reopeningCases: readonly ContractCase[] = [
  ...casesOf(
    "reopening",
    {
      "a journal opened again has all that was answered as stored": async (bench) => {
        await bench.events.append([bench.append("a", 0, { count: 2 }), bench.append("b", 0)]);
        await bench.events.append([bench.append("a", 2)]);
        const before = await readJournal(bench.events);
        await bench.reopen();
        expectSame(await readJournal(bench.events), before, "the journal");
        expectSame((await bench.load("a")).length, 3, "events of a");
      },

      "a journal opened again goes on behind its last position": async (bench) => {
        const { shard } = bench.append("a", 0);
        await bench.events.append([bench.append("a", 0, { count: 2 })]);
        await bench.reopen();
        const [neighbour = ""] = bench.neighbours("a", 1);
        const results = await bench.events.append([bench.append("a", 2), bench.append(neighbour, 0)]);
        expectSame(
          results,
          [
            { stored: true, position: 3 },
            { stored: true, position: 4 },
          ],
          "the answers",
        );
        expectSame(
          (await bench.events.read(shard, 2, 10)).map((event) => event.position),
          [3, 4],
          "positions",
        );
      },

      "a reader goes on in a journal opened again where its last page ended, also within a command": async (bench) => {
        await bench.events.append(Array.from({ length: 10 }, (_, n) => bench.append(`e-${n}`, 0, { count: 3 })));
        const whole = await readJournal(bench.events);
        const positions: number[] = Array(bench.events.shardCount).fill(0);
        const seen: StoredEvent[] = [];
        for (const page of [4, 4, 7, 7, 7, 7]) {
          const after = positions.map((position, shard) => ({ shard, position }));
          for (const event of await readShards(bench.events, after, page)) {
            seen.push(event);
            positions[event.shard] = event.position;
          }
          await bench.reopen();
        }
        expectSame(seen, whole, "what was read");
        expectSame(await lastPositions(bench.events), positions, "last positions");
      },

      "a journal opened again knows the heads of its entities": async (bench) => {
        await bench.events.append([bench.append("a", 0, { count: 2 })]);
        await bench.reopen();
        expectSame(await bench.events.append([bench.append("a", 1)]), [{ stored: false, head: 2 }], "a stale append");
        expectSame(await bench.events.append([bench.append("a", 3)]), [{ stored: false, head: 2 }], "one ahead");
      },

      "a journal opened again has the command ids": async (bench) => {
        await bench.events.append([bench.append("a", 0, { count: 2, commandId: "kept" })]);
        await bench.reopen();
        expectSame(
          (await bench.load("a")).map((event) => event.commandId),
          ["kept", null],
          "command ids",
        );
      },

      "a journal opened again has the names of its types, and takes new ones": async (bench) => {
        const typed = (type: string) => ({ events: [{ type, payload: new Uint8Array(0) }] });
        await bench.events.append([bench.append("a", 0, typed("First")), bench.append("b", 7, typed("Refused"))]);
        await bench.reopen();
        const rest = ["Second", "First", "Refused", "first"];
        await bench.events.append(rest.map((type, n) => bench.append("a", n + 1, typed(type))));
        expectSame(
          (await bench.load("a")).map((event) => event.type),
          ["First", ...rest],
          "types",
        );
      },

      "a journal opened again has as many shards as before": async (bench) => {
        const before = bench.events.shardCount;
        await bench.reopen();
        expectSame(bench.events.shardCount, before, "shards");
      },

      "a refused append is not there after opening again either": async (bench) => {
        await bench.events.append([bench.append("a", 0), bench.append("b", 7)]);
        await bench.reopen();
        expectSame(await bench.load("b"), [], "events of the refused one");
        expectSame(await bench.events.append([bench.append("b", 0)]).then(([result]) => result?.stored), true, "then");
        expectSame(holesIn(await readJournal(bench.events)), [], "holes");
      },

      "a journal is opened many times, and none is lost": async (bench) => {
        for (let revision = 0; revision < 4; revision++) {
          positionOf((await bench.events.append([bench.append("a", revision)]))[0]);
          await bench.reopen();
        }
        expectSame((await bench.load("a")).length, 4, "events");
        expectSame(holesIn(await readJournal(bench.events)), [], "holes");
      },
    },
    { needs: ["reopening"], ownJournal: true },
  ),

  ...casesOf(
    "reopening",
    Object.fromEntries(
      noteEntities.map(({ name }) => [
        `a journal opened again has its states (${name})`,
        async (bench) => {
          await bench.states.save([
            changeOf(name, "a", 0, "one"),
            changeOf(name, "b", 0, "x"),
            changeOf(name, "b", 1, null),
          ]);
          await bench.reopen();
          expectSame(noteIn(await bench.states.load(name, "a"))?.text, "one", "the state");
          expectSame(await bench.states.load(name, "b"), { revision: 2, state: null }, "the removed state");
          expectSame(
            await bench.states.save([changeOf(name, "a", 0, "again")]),
            [{ stored: false, head: 1 }],
            "a stale change",
          );
          expectSame((await bench.states.receipts(name, "b", 9)).length, 2, "receipts");
        },
      ]),
    ),
    { needs: ["reopening", "states"], ownJournal: true },
  ),
];
