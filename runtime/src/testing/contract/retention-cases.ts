import type { RemovalRange, StoredEvent } from "../../journal/event-store.ts";
import { type Bench, positionOf } from "./bench.ts";
import { type ContractCase, casesOf } from "./contract-case.ts";
import { ContractError } from "./contract-error.ts";
import { expectSame } from "./expectations.ts";
import { holesIn, readJournal } from "./journal-reading.ts";

/** Payloads that are removed: what is left are tombstones. */
export const retentionCases: readonly ContractCase[] = [
  ...casesOf(
    "retention",
    {
      "a tombstone has everything that the event had, but its payload": async (bench) => {
        const append = bench.append("a", 0, { count: 3 });
        const start = await bench.mark(append.shard);
        await bench.events.append([append]);
        const before = await bench.load("a");
        await remove(bench, { from: 1, to: 2 });
        const after = before.map((event) => (event.revision <= 2 ? { ...event, payload: null } : event));
        expectSame(await bench.load("a"), after, "loaded");
        expectSame(await bench.events.read(append.shard, start, 10), after, "read");
      },

      "payloads are removed from one revision to another, both included": async (bench) => {
        await bench.events.append([bench.append("a", 0, { count: 4 }), bench.append("a", 4, { count: 2 })]);
        const gone: number[][] = [];
        for (const [from, to] of [
          [2, 2],
          [4, 5],
          [5, 4],
          [0, 1],
          [6, 99],
        ] as const) {
          await remove(bench, { from, to });
          gone.push(tombstonesIn(await bench.load("a")));
        }
        expectSame(gone, [[2], [2, 4, 5], [2, 4, 5], [1, 2, 4, 5], [1, 2, 4, 5, 6]], "tombstones");
      },

      "payloads behind a position stay: somebody still has to read them": async (bench) => {
        const results = [];
        for (let revision = 0; revision < 3; revision++) {
          results.push(...(await bench.events.append([bench.append("a", revision)])));
        }
        const positions = results.map(positionOf);
        await remove(bench, { from: 1, to: 3, toPosition: 0 });
        expectSame(tombstonesIn(await bench.load("a")), [], "up to position 0");
        await remove(bench, { from: 1, to: 3, toPosition: positions[1] ?? 0 });
        expectSame(tombstonesIn(await bench.load("a")), [1, 2], "up to the second position");
      },

      "payloads of other entities stay": async (bench) => {
        const [neighbour = ""] = bench.neighbours("a", 1);
        const types = [bench.type, `${bench.type}_2`];
        await bench.events.append(types.flatMap((entityType) => bench.append("a", 0, { entityType })));
        await bench.events.append([bench.append(neighbour, 0), bench.append("A", 0)]);
        await remove(bench, { from: 1, to: 9 });
        expectSame(tombstonesIn(await bench.load("a")), [1], "of a");
        for (const id of [neighbour, "A"]) expectSame(tombstonesIn(await bench.load(id)), [], `of ${id}`);
        expectSame(tombstonesIn(await bench.events.load(`${bench.type}_2`, "a")), [], "of the other type");
      },

      "payloads can be removed twice, and where there are none": async (bench) => {
        await bench.events.append([bench.append("a", 0, { count: 2 })]);
        for (let times = 0; times < 2; times++) await remove(bench, { from: 1, to: 2 });
        expectSame(tombstonesIn(await bench.load("a")), [1, 2], "tombstones");
        const range = { from: 1, to: 9, toPosition: 9 };
        await bench.events.removePayloads?.(bench.type, "unknown", range);
        await bench.events.removePayloads?.(`${bench.type}_unknown`, "a", range);
        expectSame(await bench.load("unknown"), [], "events of an unknown entity");
      },

      "an empty payload is none that was removed": async (bench) => {
        const events = [1, 2].map(() => ({ type: "t", payload: new Uint8Array(0) }));
        await bench.events.append([bench.append("a", 0, { events })]);
        await remove(bench, { from: 1, to: 1 });
        const payloads = (await bench.load("a")).map(({ payload }) => payload);
        expectSame(payloads, [null, new Uint8Array(0)], "payloads");
      },

      "the revision goes on where all payloads are removed": async (bench) => {
        await bench.events.append([bench.append("a", 0, { count: 3 })]);
        await remove(bench, { from: 1, to: 3 });
        expectSame(await bench.events.append([bench.append("a", 0)]), [{ stored: false, head: 3 }], "a new start");
        const [result] = await bench.events.append([bench.append("a", 3)]);
        positionOf(result);
        expectSame(
          (await bench.load("a")).map(({ revision }) => revision),
          [1, 2, 3, 4],
          "revisions",
        );
      },

      "positions go on where the payload of a shard's last event is removed": async (bench) => {
        const { shard } = bench.append("a", 0);
        await bench.mark(shard);
        const position = positionOf((await bench.events.append([bench.append("a", 0, { count: 2 })]))[0]);
        await remove(bench, { from: 1, to: 2 });
        expectSame(await bench.mark(shard), position + 1, "the next position");
      },

      "ranges and pages within removed payloads give tombstones, with their command ids": async (bench) => {
        for (let revision = 0; revision < 6; revision += 2) {
          await bench.events.append([bench.append("a", revision, { count: 2, commandId: `c-${revision}` })]);
        }
        await remove(bench, { from: 1, to: 5 });
        const found = await bench.load("a", { from: 2, to: 4 });
        expectSame(
          found.map(({ revision, payload, commandId }) => [revision, payload, commandId]),
          [
            [2, null, null],
            [3, null, "c-2"],
            [4, null, null],
          ],
          "from 2 to 4",
        );
        expectSame(
          (await bench.load("a", { from: 5, limit: 1 })).map(({ payload, commandId }) => [payload, commandId]),
          [[null, "c-4"]],
          "one from 5 on",
        );
      },
    },
    { needs: ["retention"] },
  ),

  ...casesOf(
    "retention",
    {
      "a journal with tombstones has no gap": async (bench) => {
        const ids = Array.from({ length: 40 }, (_, n) => `e-${n}`);
        await bench.events.append(ids.map((id) => bench.append(id, 0, { count: 3 })));
        for (const id of ids) {
          await bench.events.removePayloads?.(bench.type, id, { from: 1, to: 2, toPosition: 1_000 });
        }
        await bench.events.append(ids.map((id) => bench.append(id, 3)));
        const all = await readJournal(bench.events, 7);
        expectSame(all.length, 160, "events");
        expectSame(holesIn(all), [], "holes");
        expectSame(all.filter(({ payload }) => payload === null).length, 80, "tombstones");
      },
    },
    { needs: ["retention"], ownJournal: true },
  ),

  ...casesOf(
    "retention",
    {
      "a journal opened again has its tombstones, and goes on behind them": async (bench) => {
        await bench.events.append([bench.append("a", 0, { count: 2, commandId: "kept" })]);
        await remove(bench, { from: 1, to: 2 });
        await bench.reopen();
        expectSame(
          (await bench.load("a")).map(({ payload, commandId }) => [payload, commandId]),
          [
            [null, "kept"],
            [null, null],
          ],
          "payloads and command ids",
        );
        expectSame(await bench.events.append([bench.append("a", 0)]), [{ stored: false, head: 2 }], "a new start");
        expectSame(await bench.events.append([bench.append("a", 2)]), [{ stored: true, position: 3 }], "the next");
      },
    },
    { needs: ["retention", "reopening"], ownJournal: true },
  ),
];

async function remove(bench: Bench, range: Partial<RemovalRange> & { from: number; to: number }): Promise<void> {
  if (!bench.events.removePayloads) {
    throw new ContractError(`the events have no removePayloads: say so by lacks: ["retention"]`, "a method", undefined);
  }
  await bench.events.removePayloads(bench.type, "a", { toPosition: 1_000_000, ...range });
}

function tombstonesIn(events: readonly StoredEvent[]): number[] {
  return events.filter(({ payload }) => payload === null).map(({ revision }) => revision);
}
