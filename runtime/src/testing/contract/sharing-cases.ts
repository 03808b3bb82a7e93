import type { AppendResult } from "../../journal/event-store.ts";
import type { Store } from "../../journal/store.ts";
import { type Bench, positionOf } from "./bench.ts";
import { type ContractCase, casesOf } from "./contract-case.ts";
import { expectSame } from "./expectations.ts";
import { followShard, holesIn, readJournal, readShard } from "./journal-reading.ts";
import { changeOf, noteEntities, noteIn } from "./note.ts";

/** Two stores on one journal. */
export const sharingCases: readonly ContractCase[] = [
  ...casesOf(
    "sharing",
    {
      "what one store was answered, another one sees": async (bench) => {
        const other = await bench.another();
        await bench.events.append([bench.append("a", 0, { count: 2 })]);
        expectSame(await other.events.load(bench.type, "a"), await bench.load("a"), "the events");
        positionOf((await other.events.append([bench.append("a", 2)]))[0]);
        expectSame((await bench.load("a")).length, 3, "events");
      },

      "two stores number on behind each other": async (bench) => {
        const { shard } = bench.append("a", 0);
        const other = await bench.another();
        const start = await bench.mark(shard);
        const ids = bench.neighbours("a", 10);
        for (const [n, id] of ids.entries()) {
          const { events } = n % 2 === 0 ? bench : other;
          expectSame(await events.append([bench.append(id, 0)]), [{ stored: true, position: start + n + 1 }], id);
        }
      },

      "a store that wrote an entity last is refused after another wrote it": async (bench) => {
        const other = await bench.another();
        await bench.events.append([bench.append("a", 0)]);
        await other.events.append([bench.append("a", 1, { count: 2 })]);
        expectSame(await bench.events.append([bench.append("a", 1)]), [{ stored: false, head: 3 }], "the answer");
        positionOf((await bench.events.append([bench.append("a", 3)]))[0]);
        expectSame(await other.events.append([bench.append("a", 3)]), [{ stored: false, head: 4 }], "the other's");
      },

      "of two stores that create an entity, one does": async (bench) => {
        const other = await bench.another();
        for (let n = 0; n < 10; n++) {
          const id = `new-${n}`;
          const results = await Promise.all([
            bench.events.append([bench.append(id, 0, { count: 2, commandId: "one" })]),
            other.events.append([bench.append(id, 0, { count: 3, commandId: "two" })]),
          ]);
          expectSame(winners(results.flat()), 1, `winners of ${id}`);
          const stored = await bench.load(id);
          const one = results[0]?.[0]?.stored;
          expectSame([stored.length, stored[0]?.commandId], one ? [2, "one"] : [3, "two"], "the events");
        }
      },

      "the positions of a batch are next to each other in a shard, whoever else stores": async (bench) => {
        const { shard } = bench.append("a", 0);
        const other = await bench.another();
        const start = await bench.mark(shard);
        const ids = bench.neighbours("a", 24);
        const write = async ({ events }: Pick<Store, "events">, side: number) => {
          for (let round = 0; round < 4; round++) {
            const own = ids.slice(side * 12 + round * 3, side * 12 + round * 3 + 3);
            await events.append(own.map((id) => bench.append(id, 0, { count: 2, commandId: `${side}-${round}` })));
          }
        };
        await Promise.all([write(bench, 0), write(other, 1)]);
        const read = await readShard(bench.events, shard, start);
        expectSame(read.length, 48, "events");
        for (let at = 0; at < read.length; at += 6) {
          const batch = new Set(read.slice(at, at + 6).flatMap(({ commandId }) => commandId ?? []));
          expectSame(batch.size, 1, `batches at positions ${start + at + 1} to ${start + at + 6}`);
        }
      },

      "a reader on another store never finds a gap, and sees every event": async (bench) => {
        const { shard } = bench.append("a", 0);
        const reader = await bench.another();
        const start = await bench.mark(shard);
        const writers = bench.neighbours("a", 8).map(async (id) => {
          for (let n = 0; n < 5; n++) await bench.events.append([bench.append(id, n * 2, { count: 2 })]);
        });
        expectSame(
          await followShard(reader.events, shard, start, Promise.all(writers)),
          start + 80,
          "the last position",
        );
      },
    },
    { needs: ["sharing"] },
  ),

  ...casesOf(
    "sharing",
    {
      "of two stores exactly one stores a revision, and the rest of both batches is stored": async (bench) => {
        const other = await bench.another();
        // Both have written the entity, so that a store which remembers heads remembers this one.
        await bench.events.append([bench.append("a", 0), bench.append("x", 0)]);
        await other.events.append([bench.append("a", 1)]);
        for (let revision = 2; revision < 25; revision++) {
          const [ofOne, x, y, ofTwo] = (
            await Promise.all([
              bench.events.append([bench.append("a", revision, { commandId: "one" }), bench.append("x", revision - 1)]),
              other.events.append([bench.append("y", revision - 2), bench.append("a", revision, { commandId: "two" })]),
            ])
          ).flat();
          expectSame([x?.stored, y?.stored], [true, true], "the rest of both");
          expectSame(winners([ofOne, ofTwo]), 1, `winners at revision ${revision}`);
          const refused = ofOne?.stored ? ofTwo : ofOne;
          expectSame(refused, { stored: false, head: revision + 1 }, "the one refused");
        }
        const all = await readJournal(bench.events);
        expectSame(holesIn(all), [], "holes");
        expectSame(await readJournal(other.events), all, "what the other reads");
      },

      "writers of different entities all win": async (bench) => {
        const other = await bench.another();
        const results = await Promise.all(
          Array.from({ length: 60 }, (_, n) =>
            (n % 2 === 0 ? bench : other).events.append([bench.append(`e-${n}`, 0, { count: 2 })]),
          ),
        );
        for (const result of results.flat()) positionOf(result);
        expectSame(holesIn(await readJournal(bench.events)), [], "holes");
      },

      "shards given in any order never block each other": async (bench) => {
        const other = await bench.another();
        const ids = Array.from({ length: 40 }, (_, n) => `e-${n}`);
        const byShard = (round: number, side: string) =>
          ids
            .map((id) => bench.append(`${side}-${id}`, round))
            .sort((a, b) => a.shard - b.shard || (a.entityId < b.entityId ? -1 : 1));
        for (let round = 0; round < 8; round++) {
          const results = await Promise.all([
            bench.events.append(byShard(round, "one")),
            other.events.append(byShard(round, "two").toReversed()),
          ]);
          for (const result of results.flat()) positionOf(result);
        }
        expectSame(holesIn(await readJournal(bench.events)), [], "holes");
      },

      "sixteen writers on four stores leave no hole, and no command is there twice": async (bench) => {
        const stores: Pick<Store, "events">[] = [bench];
        while (stores.length < 4) stores.push(await bench.another());
        await Promise.all(
          Array.from({ length: 16 }, (_, writer) => write(bench, stores[writer % 4] ?? bench, writer, 4)),
        );
        for (const id of ["left", "right"]) {
          const commands = (await bench.load(id)).map((event) => event.commandId);
          expectSame([commands.length, new Set(commands).size], [64, 64], `commands of ${id}`);
        }
        expectSame(holesIn(await readJournal(bench.events)), [], "holes");
      },
    },
    { needs: ["sharing"], ownJournal: true },
  ),

  ...casesOf(
    "sharing",
    Object.fromEntries(
      noteEntities.map(({ name }) => [
        `of two stores exactly one stores a version of a state (${name})`,
        async (bench) => {
          const { states } = await bench.another();
          await bench.states.save([changeOf(name, bench.type, 0, "one")]);
          await states?.save([changeOf(name, bench.type, 1, "two")]);
          for (let revision = 2; revision < 15; revision++) {
            const results = await Promise.all([
              bench.states.save([changeOf(name, bench.type, revision, "one")]),
              states?.save([changeOf(name, bench.type, revision, "two")]),
            ]);
            const [one, two] = results.flat();
            expectSame(Number(one?.stored) + Number(two?.stored), 1, `winners at revision ${revision}`);
            expectSame(one?.stored ? two : one, { stored: false, head: revision + 1 }, "the one refused");
            const loaded = noteIn(await bench.states.load(name, bench.type));
            expectSame(loaded?.text, one?.stored ? "one" : "two", "the state");
          }
        },
      ]),
    ),
    { needs: ["sharing", "states"] },
  ),
];

function winners(results: readonly (AppendResult | undefined)[]): number {
  return results.filter((result) => result?.stored).length;
}

/** Appends to two entities of all writers, in an order of the writer's own, until all is stored. */
async function write(bench: Bench, { events }: Pick<Store, "events">, writer: number, commands: number): Promise<void> {
  const ids = writer % 2 === 0 ? ["left", "right"] : ["right", "left"];
  const heads = new Map<string, number>();
  for (let n = 0; n < commands; n++) {
    let waiting = ids;
    while (waiting.length > 0) {
      const batch = waiting.map((id) => bench.append(id, heads.get(id) ?? 0, { commandId: `${writer}-${n}` }));
      const results = await events.append(batch);
      const refused: string[] = [];
      for (const [index, id] of waiting.entries()) {
        const result = results[index];
        heads.set(id, result?.stored === false ? result.head : (heads.get(id) ?? 0) + 1);
        if (result?.stored === false) refused.push(id);
      }
      waiting = refused;
    }
  }
}
