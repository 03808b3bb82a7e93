import { afterEach, describe, expect, test } from "vitest";
import { EgoError } from "../error/ego-error.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { appendOf } from "../stores/testdata/appends.ts";
import type { EventStore, ShardPosition, StoredEvent } from "./event-store.ts";
import { JournalCursor, type JournalEvent } from "./journal-cursor.ts";
import { manualTimers } from "./testdata/manual-timers.ts";

/** One question for the events of shards. */
interface Asked {
  readonly after: readonly ShardPosition[];
  readonly limit: number;
}

const readers: JournalCursor[] = [];
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.close();
});

/** A journal of four shards whose store a test looks at, and changes. */
function journalOf() {
  const { events: inner } = memoryStore({ shardCount: 4 });
  const asked: Asked[] = [];
  const reported: EgoError[] = [];
  const timers = manualTimers();
  const loads: string[] = [];
  const hooks: {
    readonly before: (() => unknown)[];
    change?: (events: readonly StoredEvent[]) => readonly StoredEvent[];
    last?: () => readonly number[];
  } = { before: [] };
  const events: EventStore = {
    shardCount: 4,
    append: inner.append,
    read: inner.read,
    load(type, id, range) {
      loads.push(`${id} ${range?.from}-${range?.to}`);
      return inner.load(type, id, range);
    },
    async readShards(after, limit) {
      asked.push({ after, limit });
      await hooks.before.shift()?.();
      const found = (await inner.readShards?.(after, limit)) ?? [];
      return hooks.change?.(found) ?? found;
    },
    lastPositions: async () => hooks.last?.() ?? (await inner.lastPositions?.()) ?? [],
  };
  const revisions = new Map<string, number>();
  return {
    events,
    asked,
    reported,
    timers,
    loads,
    hooks,
    reader(positions: readonly number[] = [0, 0, 0, 0], options: { pollMs?: number } = {}) {
      const from = positions.map((position, shard) => ({ shard, position }));
      const report = (failure: EgoError) => reported.push(failure);
      const reader = new JournalCursor({ events, timing: timers.timing, from, report, ...options });
      readers.push(reader);
      return reader;
    },
    /** Stores a command of an entity, in a shard. */
    async store(shard: number, count = 1, id = `e-${shard}`): Promise<void> {
      const head = revisions.get(id) ?? 0;
      revisions.set(id, head + count);
      await inner.append([appendOf(id, head, { shard, count })]);
    },
  };
}

const places = (events: readonly JournalEvent[] | undefined) =>
  events?.map(({ shard, position }) => `${shard}:${position}`);

/** Reads until there have been so many events. */
async function readAll(reader: JournalCursor, count: number, limit = 1_000): Promise<JournalEvent[]> {
  const all: JournalEvent[] = [];
  while (all.length < count) all.push(...((await reader.read(limit)) ?? []));
  return all;
}

describe("a reader of the journal", () => {
  test.each([1, 2, 3, 5, 100])("gives each event once, in the order of its shard, in pages of %d", async (limit) => {
    const journal = journalOf();
    for (const shard of [0, 1, 3])
      for (const count of [1, 3, 2]) await journal.store(shard, count, `${shard}-${count}`);

    const all = await readAll(journal.reader(), 18, limit);

    for (const shard of [0, 1, 3]) {
      const own = all.filter((event) => event.shard === shard);
      expect(own).toEqual(
        (await journal.events.read(shard, 0, 100)).map((event, index, stored) => ({
          ...event,
          commandId: stored.slice(0, index + 1).findLast(({ commandId }) => commandId)?.commandId,
        })),
      );
    }
    for (const { limit: most } of journal.asked) expect(most).toBeLessThanOrEqual(limit);
  });

  test("begins behind any position of each shard", async () => {
    const journal = journalOf();
    for (const shard of [0, 1, 2, 3]) await journal.store(shard, 3);
    for (let position = 0; position <= 3; position++) {
      const all = await readAll(journal.reader([position, 3 - position, 0, 3]), 6);
      expect(places(all)?.sort()).toEqual(
        [
          ...[1, 2, 3].filter((n) => n > position).map((n) => `0:${n}`),
          ...[1, 2, 3].filter((n) => n > 3 - position).map((n) => `1:${n}`),
          ...[1, 2, 3].map((n) => `2:${n}`),
        ].sort(),
      );
    }
  });

  test("reads only the shards that it was given", async () => {
    const journal = journalOf();
    for (const shard of [0, 1, 2]) await journal.store(shard);
    const { events, timers } = journal;
    const from = [
      { shard: 2, position: 0 },
      { shard: 3, position: 0 },
    ];
    const reader = new JournalCursor({ events, timing: timers.timing, from, report: () => undefined });
    readers.push(reader);

    expect(places(await reader.read(10))).toEqual(["2:1"]);
    reader.nudge(0, 1);
    const next = reader.read(10);
    await journal.store(3);
    reader.nudge(3, 1);
    expect(places(await next)).toEqual(["3:1"]);
  });

  test("that is told of an event reads it at once, and looks at no other shard for it", async () => {
    const journal = journalOf();
    const reader = journal.reader();
    const first = reader.read(10);
    await journal.store(2);
    reader.nudge(2, 1);
    expect(places(await first)).toEqual(["2:1"]);

    const second = reader.read(10);
    await journal.store(1, 2);
    journal.asked.length = 0;
    reader.nudge(1, 2);
    expect(places(await second)).toEqual(["1:1", "1:2"]);
    expect(journal.asked.map(({ after }) => after)).toEqual([[{ shard: 1, position: 0 }]]);
  });

  test("that is told of what it has read already does not ask for it", async () => {
    const journal = journalOf();
    await journal.store(1, 2);
    const reader = journal.reader();
    await reader.read(10);
    const next = reader.read(10);
    journal.asked.length = 0;

    reader.nudge(1, 2);
    await journal.store(3);
    reader.nudge(3, 1);
    expect(places(await next)).toEqual(["3:1"]);
    expect(journal.asked).toHaveLength(1);
  });

  test("that is told of more while it reads reads again", async () => {
    const journal = journalOf();
    await journal.store(1);
    const reader = journal.reader();
    journal.hooks.before.push(async () => {
      await journal.store(1);
      // What is asked was asked before that.
      journal.hooks.change = (found) => {
        delete journal.hooks.change;
        reader.nudge(1, 2);
        return found.slice(0, 1);
      };
    });

    expect(places(await reader.read(10))).toEqual(["1:1"]);
    expect(places(await reader.read(10))).toEqual(["1:2"]);
  });

  test("looks for what others have stored less and less often, and often again when it finds something", async () => {
    const journal = journalOf();
    const reader = journal.reader();
    const first = reader.read(10);
    const pauses: number[] = [];
    for (let n = 0; n < 8; n++) pauses.push(...(await journal.timers.runOut()));
    expect(pauses).toEqual([20, 40, 80, 160, 320, 640, 1_000, 1_000]);

    await journal.timers.set();
    await journal.store(3);
    await journal.timers.runOut();
    expect(places(await first)).toEqual(["3:1"]);
    void reader.read(10);
    expect(await journal.timers.runOut()).toEqual([20]);
    expect(await journal.timers.runOut()).toEqual([40]);
  });

  test("looks as often as it was told, at least", async () => {
    const journal = journalOf();
    void journal.reader([0, 0, 0, 0], { pollMs: 50 }).read(10);
    const pauses: number[] = [];
    for (let n = 0; n < 4; n++) pauses.push(...(await journal.timers.runOut()));
    expect(pauses).toEqual([20, 40, 50, 50]);
  });

  test("looks for what others have stored also while there is always something of its own", async () => {
    const journal = journalOf();
    const reader = journal.reader();
    await journal.store(0);
    await reader.read(10);
    await journal.store(2);
    for (let position = 2; position < 5; position++) {
      await journal.store(0);
      reader.nudge(0, position);
      expect(places(await reader.read(10))).toEqual([`0:${position}`]);
    }
    await journal.timers.runOut();
    await journal.store(0);
    reader.nudge(0, 5);
    expect(places(await reader.read(10))?.sort()).toEqual(["0:5", "2:1"]);
  });

  test("gives the shards their turns: one with much to read keeps none of the others waiting", async () => {
    const journal = journalOf();
    await journal.store(0, 50);
    for (const shard of [1, 2, 3]) await journal.store(shard, 2);
    const reader = journal.reader();

    const pages = [];
    for (let n = 0; n < 3; n++) pages.push(places(await reader.read(8)));

    expect(pages[0]).toEqual(Array.from({ length: 8 }, (_, n) => `0:${n + 1}`));
    expect(pages[1]).toEqual(["1:1", "1:2", "2:1", "2:2", "3:1", "3:2", "0:9", "0:10"]);
    // What comes meanwhile has its turn as well.
    await journal.store(2);
    reader.nudge(2, 3);
    expect(pages[2]).toEqual(Array.from({ length: 8 }, (_, n) => `0:${n + 11}`));
    expect(places(await reader.read(8))).toEqual(["0:19", "0:20", "0:21", "0:22", "0:23", "0:24", "0:25", "0:26"]);
    expect(places(await reader.read(8))?.[0]).toBe("2:3");
  });

  test("asks for fewer events at a time where they are large", async () => {
    const journal = journalOf();
    const payload = new Uint8Array(1 << 20);
    for (let n = 0; n < 4; n++) {
      const events = Array.from({ length: 40 }, () => ({ type: "t", payload }));
      await journal.events.append([appendOf(`large-${n}`, 0, { shard: 0, events })]);
    }
    await readAll(journal.reader(), 160);
    expect(journal.asked.map(({ limit }) => limit).slice(0, 3)).toEqual([64, 3, 3]);
  });

  test("asks for more at a time where there is much", async () => {
    const journal = journalOf();
    for (let n = 0; n < 10; n++) await journal.store(0, 1_000);
    await readAll(journal.reader(), 10_000, 5_000);
    expect(journal.asked.map(({ limit }) => limit)).toEqual([
      64, 128, 256, 512, 1_024, 2_000, 2_000, 2_000, 2_000, 2_000,
    ]);
  });
});

describe("a reader of a journal that is not in order", () => {
  const gap = (shard: number, expected: number, position: number) => ({
    code: "data_loss",
    message: expect.stringContaining(`shard ${shard}`),
    details: { shard, expected, position },
  });

  test.each([
    ["an event is missing", (events: readonly StoredEvent[]) => events.filter((event) => event.position !== 3), 2, 4],
    ["one comes twice", (events: readonly StoredEvent[]) => events.toSpliced(3, 0, events[1] as StoredEvent), 3, 2],
    ["two are swapped", ([a, b, c, d]: readonly StoredEvent[]) => [a, c, b, d] as readonly StoredEvent[], 1, 3],
  ])("gives what comes before, then fails for good: %s", async (_, change, before, found) => {
    const journal = journalOf();
    await journal.store(1, 4);
    journal.hooks.change = change;
    const reader = journal.reader();

    expect(places(await reader.read(10))).toEqual(Array.from({ length: before }, (_, n) => `1:${n + 1}`));
    await expect(reader.read(10)).rejects.toMatchObject(gap(1, before + 1, found));
    delete journal.hooks.change;
    await expect(reader.read(10)).rejects.toMatchObject(gap(1, before + 1, found));
  });

  test("fails if a shard has events that were not asked for", async () => {
    const journal = journalOf();
    await journal.store(1);
    journal.hooks.change = (events) => events.map((event) => ({ ...event, shard: 9 }));
    await expect(journal.reader().read(10)).rejects.toMatchObject({ code: "data_loss", details: { shard: 9 } });
  });

  test("fails if the journal ends before the position behind which it begins", async () => {
    const journal = journalOf();
    await journal.store(1, 2);
    await expect(journal.reader([0, 3, 0, 0]).read(10)).rejects.toMatchObject({
      code: "data_loss",
      message: expect.stringContaining("ends at position 2 of shard 1, and was to be read behind 3"),
      details: { shard: 1, position: 3, last: 2 },
    });
  });

  test("fails if the store has lost what was read when it comes back", async () => {
    const journal = journalOf();
    await journal.store(1, 2);
    const reader = journal.reader();
    await reader.read(10);
    const next = reader.read(10);
    journal.hooks.before.push(() => {
      throw new Error("connection reset");
    });
    journal.hooks.last = () => [0, 1, 0, 0];
    await expect(journal.timers.runOutUntil(next)).rejects.toMatchObject({
      code: "data_loss",
      details: { shard: 1, position: 2, last: 1 },
    });
  });
});

describe("a reader of a store that fails", () => {
  const fails = () => {
    throw new Error("connection reset");
  };

  test("asks again, less and less often, reports it once, and goes on where it was", async () => {
    const journal = journalOf();
    await journal.store(1, 3);
    const reader = journal.reader();
    expect(places(await reader.read(2))).toEqual(["1:1", "1:2"]);
    journal.hooks.before.push(...Array(7).fill(fails));

    const next = reader.read(10);
    // The look for what others store waits as well.
    const pauses: number[] = [];
    while (pauses.length < 8) pauses.push(...(await journal.timers.runOut()));
    expect(pauses.filter((ms) => ms >= 1_000)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(places(await next)).toEqual(["1:3"]);
    expect(journal.reported).toMatchObject([{ code: "unavailable", message: "The store failed: connection reset" }]);
  });

  test("reports it again when it begins again", async () => {
    const journal = journalOf();
    const reader = journal.reader();
    for (let position = 1; position <= 2; position++) {
      await journal.store(0);
      reader.nudge(0, position);
      journal.hooks.before.push(fails, fails);
      expect(places(await journal.timers.runOutUntil(reader.read(10)))).toEqual([`0:${position}`]);
      expect(journal.reported).toHaveLength(position);
    }
  });

  test("stops for what asking again does not mend", async () => {
    const journal = journalOf();
    journal.hooks.before.push(() => {
      throw new EgoError("data_loss", "the file is no database");
    });
    const reader = journal.reader();
    for (let n = 0; n < 2; n++) await expect(reader.read(10)).rejects.toMatchObject({ code: "data_loss" });
    expect(journal.reported).toEqual([]);
  });
});

describe("the command of an event", () => {
  test("is found where reading begins within it, with one look back", async () => {
    const journal = journalOf();
    await journal.store(2, 2, "other");
    await journal.store(2, 4, "a");
    await journal.store(2, 1, "a");
    for (let position = 2; position <= 6; position++) {
      journal.loads.length = 0;
      const all = await readAll(journal.reader([0, 0, position, 0]), 7 - position);
      const ids = [...Array(6 - position).fill("a-0"), "a-4"];
      expect(all.map(({ commandId }) => commandId)).toEqual(ids);
      expect(journal.loads).toEqual(position > 2 && position < 6 ? [`a 1-${position - 2}`] : []);
    }
  });

  test("is found also where it is long", async () => {
    const journal = journalOf();
    await journal.store(0, 5, "a");
    await journal.store(0, 1_000, "a");
    const all = await readAll(journal.reader([1_004, 0, 0, 0]), 1);
    expect(all[0]?.commandId).toBe("a-5");
    expect(journal.loads).toEqual(["a 989-1004", "a 861-988", "a 1-860"]);
  });

  test("is empty if it is not stored any more", async () => {
    const journal = journalOf();
    await journal.store(0, 3);
    const { load } = journal.events;
    journal.events.load = async (...range) => (await load(...range)).map((event) => ({ ...event, commandId: null }));
    const all = await readAll(journal.reader([1, 0, 0, 0]), 2);
    expect(all.map(({ commandId }) => commandId)).toEqual(["", ""]);
  });
});

describe("a reader that is closed", () => {
  test("gives nothing any more, also to whoever waits", async () => {
    const journal = journalOf();
    const reader = journal.reader();
    const next = reader.read(10);
    await journal.timers.runOut();
    await reader.close();
    expect(await next).toBeUndefined();
    await journal.store(0);
    reader.nudge(0, 1);
    expect(await reader.read(10)).toBeUndefined();
    expect(journal.timers.waiting).toEqual([]);
  });

  test("asks nothing of the store any more when that is done", async () => {
    const journal = journalOf();
    await journal.store(0);
    const answer = Promise.withResolvers<void>();
    const asking = Promise.withResolvers<void>();
    journal.hooks.before.push(() => {
      asking.resolve();
      return answer.promise;
    });
    const reader = journal.reader();
    const next = reader.read(10);
    await asking.promise;
    let closed = false;
    const closing = reader.close().then(() => {
      closed = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(false);
    answer.resolve();
    await closing;
    expect(await next).toBeUndefined();
  });

  test("does not wait for a store that fails", async () => {
    const journal = journalOf();
    journal.hooks.before.push(() => {
      throw new Error("connection reset");
    });
    const reader = journal.reader();
    const next = reader.read(10);
    await journal.timers.set();
    await reader.close();
    expect(await next).toBeUndefined();
    expect(journal.timers.waiting).toEqual([]);
  });
});
