import { type Bench, positionOf } from "./bench.ts";
import { type ContractCase, casesOf } from "./contract-case.ts";
import { expectSame } from "./expectations.ts";
import { holesIn, readJournal, readShard } from "./journal-reading.ts";

/** Many appends in one transaction, and many transactions at once. */
export const batchCases: readonly ContractCase[] = [
  ...casesOf("batch", {
    "a batch over many entities is stored, each append answered in its place": async (bench) => {
      const batch = Array.from({ length: 200 }, (_, n) => bench.append(`e-${n}`, 0, { count: 1 + (n % 3) }));
      const results = await bench.events.append(batch);
      expectSame(results.length, batch.length, "answers");
      for (const [index, { entityId, events }] of batch.entries()) {
        const stored = await bench.load(entityId);
        expectSame(results[index], { stored: true, position: stored.at(-1)?.position }, `the answer to ${entityId}`);
        const revisions = stored.map((event) => event.revision);
        expectSame(
          revisions,
          events.map((_, n) => n + 1),
          `revisions of ${entityId}`,
        );
      }
      expectSame(holesIn(await readJournal(bench.events)), [], "holes");
    },

    "a batch of a thousand appends is stored, the most that the engine sends": async (bench) => {
      const ids = Array.from({ length: 1_000 }, (_, n) => `e-${n}`);
      const results = await bench.events.append(ids.map((id) => bench.append(id, 0)));
      expectSame(results.filter(({ stored }) => stored).length, 1_000, "stored");
      const stale = await bench.events.append(ids.map((id) => bench.append(id, 5)));
      const heads = new Set(stale.map((result) => (result.stored ? "stored" : result.head)));
      expectSame([...heads], [1], "heads of all");
    },

    "appends of one shard are stored in the order given": async (bench) => {
      const { shard } = bench.append("a", 0);
      const before = await bench.mark(shard);
      const ids = bench.neighbours("a", 5).toReversed();
      await bench.events.append(ids.map((id) => bench.append(id, 0)));
      const read = await readShard(bench.events, shard, before);
      expectSame(
        read.map((event) => event.entityId),
        ids,
        "entities of the shard",
      );
    },

    "the events of one command do not mix with those of its neighbours": async (bench) => {
      const { shard } = bench.append("a", 0);
      const before = await bench.mark(shard);
      const ids = ["a", ...bench.neighbours("a", 3)];
      await bench.events.append(ids.map((id) => bench.append(id, 0, { count: 3 })));
      const read = await readShard(bench.events, shard, before);
      expectSame(
        read.map((event) => event.entityId),
        ids.flatMap((id) => [id, id, id]),
        "entities of the shard",
      );
    },

    "appends of one entity in one batch build on each other": async (bench) => {
      const results = await bench.events.append([
        bench.append("a", 0, { count: 2 }),
        bench.append("b", 0),
        bench.append("a", 2),
      ]);
      for (const result of results) positionOf(result);
      const ids = (await bench.load("a")).map((event) => event.commandId);
      expectSame(ids, ["a-0", null, "a-2"], "command ids");
    },

    "a refused append leaves the others of its batch, and no hole": async (bench) => {
      const { shard } = bench.append("a", 0);
      const before = await bench.mark(shard);
      await bench.events.append([bench.append("a", 0, { count: 3 })]);
      const [first = "", second = ""] = bench.neighbours("a", 2);
      const results = await bench.events.append([
        bench.append(first, 0),
        bench.append("a", 2, { count: 2 }),
        bench.append(second, 0),
      ]);
      expectSame(
        results,
        [
          { stored: true, position: before + 4 },
          { stored: false, head: 3 },
          { stored: true, position: before + 5 },
        ],
        "the answers",
      );
      const read = await readShard(bench.events, shard, before + 3);
      expectSame(
        read.map((event) => [event.position, event.entityId]),
        [
          [before + 4, first],
          [before + 5, second],
        ],
        "the shard",
      );
    },

    "after a refused append every later one of the same entity is refused, also one that would fit": async (bench) => {
      const results = await bench.events.append([
        bench.append("a", 0),
        bench.append("a", 5),
        bench.append("b", 0),
        bench.append("a", 1),
      ]);
      const heads = results.map((result) => (result.stored ? "stored" : result.head));
      expectSame(heads, ["stored", 1, "stored", 1], "the answers");
      expectSame((await bench.load("a")).length, 1, "events");
    },

    "a refused entity is refused in its batch only": async (bench) => {
      await bench.events.append([bench.append("a", 0), bench.append("a", 5), bench.append("a", 1)]);
      positionOf((await bench.events.append([bench.append("a", 1)]))[0]);
    },

    "a refused entity does not stand for one of another type with the same id": async (bench) => {
      const entityType = `${bench.type}_other`;
      const results = await bench.events.append([bench.append("a", 4), bench.append("a", 0, { entityType })]);
      expectSame(
        results.map((result) => result.stored),
        [false, true],
        "stored",
      );
      expectSame(await bench.load("a"), [], "events of the refused one");
    },

    "a batch of which every append is refused stores nothing": async (bench) => {
      const { shard } = bench.append("a", 0);
      const before = await bench.mark(shard);
      const results = await bench.events.append(["a", ...bench.neighbours("a", 3)].map((id) => bench.append(id, 1)));
      const refused = { stored: false, head: 0 };
      expectSame(results, [refused, refused, refused, refused], "the answers");
      expectSame(await readShard(bench.events, shard, before), [], "the shard");
    },

    "an append without events among others takes no place": async (bench) => {
      const results = await bench.events.append([
        bench.append("a", 0, { count: 2 }),
        bench.append("none", 0, { events: [] }),
        bench.append("a", 2),
      ]);
      expectSame(results[1], { stored: true, position: 0 }, "the answer to no events");
      expectSame((await bench.load("a")).length, 3, "events of the others");
      expectSame(await bench.load("none"), [], "events of that one");
    },

    "each of a batch is answered for itself, stored or not": async (bench) => {
      await bench.events.append([bench.append("two", 0, { count: 2 }), bench.append("four", 0, { count: 4 })]);
      const results = await bench.events.append([
        bench.append("four", 0),
        bench.append("new", 0),
        bench.append("two", 0),
        bench.append("none", 3),
      ]);
      const heads = results.map((result) => (result.stored ? "stored" : result.head));
      expectSame(heads, [4, "stored", 2, 0], "the answers");
    },

    "batches sent without waiting are stored in the order they were sent": async (bench) => {
      const sent = Array.from({ length: 50 }, (_, n) =>
        bench.events.append([bench.append("a", n), bench.append(`b-${n % 5}`, Math.floor(n / 5))]),
      );
      for (const result of (await Promise.all(sent)).flat()) positionOf(result);
      expectSame((await bench.load("a")).length, 50, "events");
    },

    "what follows a refused append, sent before its answer, is refused as well": async (bench) => {
      await bench.events.append([bench.append("a", 0)]);
      const results = await Promise.all([
        bench.events.append([bench.append("a", 0)]),
        bench.events.append([bench.append("a", 2)]),
      ]);
      expectSame(results.flat(), [refusedAt(1), refusedAt(1)], "the answers");
    },

    "of appends to one revision, sent at once, exactly one is stored": async (bench) => {
      for (let revision = 0; revision < 5; revision++) {
        const commandIds = Array.from({ length: 8 }, (_, n) => `${revision}-${n}`);
        const results = await Promise.all(
          commandIds.map((commandId) => bench.events.append([bench.append("a", revision, { commandId })])),
        );
        const won = results.flatMap(([result], n) => (result?.stored ? [commandIds[n]] : []));
        expectSame(won.length, 1, `winners at revision ${revision}`);
        expectSame((await bench.load("a"))[revision]?.commandId, won[0], "the command stored");
      }
    },

    "many entities written at once are all stored": async (bench) => {
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, n) => bench.events.append([bench.append(`e-${n}`, 0)])),
      );
      for (const result of results.flat()) positionOf(result);
      expectSame(holesIn(await readJournal(bench.events)), [], "holes");
    },

    "sixteen writers, who meet at one entity, leave no hole and lose nothing": async (bench) => {
      await Promise.all(Array.from({ length: 16 }, (_, writer) => write(bench, writer, 6)));
      const ids = (await bench.load("shared")).map((event) => event.commandId);
      expectSame([ids.length, new Set(ids).size], [96, 96], "commands of the shared entity");
      for (let writer = 0; writer < 16; writer++) {
        expectSame((await bench.load(`own-${writer}`)).length, 6, `events of writer ${writer}`);
      }
      expectSame(holesIn(await readJournal(bench.events)), [], "holes");
    },
  }),

  ...casesOf(
    "batch",
    {
      "a batch of eight mebibytes is stored, the most that the engine sends": async (bench) => {
        const payload = new Uint8Array(1 << 20).map((_, n) => n * 7);
        const ids = Array.from({ length: 8 }, (_, n) => `e-${n}`);
        const events = [{ type: "t", payload }];
        for (const result of await bench.events.append(ids.map((id) => bench.append(id, 0, { events }))))
          positionOf(result);
        for (const id of ids) expectSame((await bench.load(id))[0]?.payload, payload, `the payload of ${id}`);
      },
    },
    { ownJournal: true },
  ),
];

/** Appends to an entity of the writer's own, and to one of all writers until it is stored. */
async function write({ events, append }: Bench, writer: number, commands: number): Promise<void> {
  let head = 0;
  for (let n = 0; n < commands; n++) {
    const commandId = `${writer}-${n}`;
    let [own, shared] = await events.append([append(`own-${writer}`, n), append("shared", head, { commandId })]);
    positionOf(own);
    while (shared?.stored === false) {
      head = shared.head;
      [shared] = await events.append([append("shared", head, { commandId })]);
    }
    head++;
  }
}

function refusedAt(head: number): { readonly stored: false; readonly head: number } {
  return { stored: false, head };
}
