import { describe, expect, expectTypeOf, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import type { Clock } from "../clock/clock.ts";
import type { Store } from "../journal/store.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import type { CatchUpSubscription, RecordedEvent } from "../stream/stream.ts";
import { faultyStore } from "../testing/faulty-store.ts";
import { all, type Bank, failureOf, freshId, startBank } from "./testdata/bank.ts";
import { journalCases } from "./testdata/journals.ts";

/** Timers never run out: what a subscription sees it was told of, and did not find by looking. */
const stopped: Clock = { now: () => Date.now(), after: () => () => undefined };

/** Takes so many events. */
async function take<R>(subscription: AsyncIterator<R>, count: number): Promise<R[]> {
  const taken: R[] = [];
  while (taken.length < count) {
    const { done, value } = await subscription.next();
    if (done) throw new Error(`The subscription ended after ${taken.length} of ${count} events`);
    taken.push(value);
  }
  return taken;
}

/** Accounts with events of several commands, some of them of more than one event. */
async function write(bank: Bank, accounts: number): Promise<readonly string[]> {
  const ids = Array.from({ length: accounts }, freshId);
  await Promise.all(
    ids.flatMap((id) => {
      const client = bank.accounts.get(id);
      return [
        client.openAccount({ openingCents: 5n }, { commandId: `open-${id}` }),
        client.creditAccount({ amountCents: 1n }, { commandId: `credit-${id}` }),
        client.closeAccount(undefined, { commandId: `close-${id}` }),
      ];
    }),
  );
  return ids;
}

const placeOf = ({ shard, position }: RecordedEvent) => `${shard}:${position}`;

/** Events of a journal by shard and position. */
const sorted = <R extends RecordedEvent>(events: readonly R[]) =>
  events.toSorted((a, b) => a.shard - b.shard || a.position - b.position);

describe.each(journalCases)("a subscription to the journal, on $name", ({ journal }) => {
  test("from its start is given all that is there, then all that comes, as histories have it", async () => {
    using journaled = journal();
    await using bank = await startBank(journaled.store(), { clock: stopped });
    const before = await write(bank, 6);
    await using stream = bank.engine.subscribe({ entities: [account], from: "start" });
    expectTypeOf(stream).toEqualTypeOf<ReturnType<typeof ofAccounts>>();

    const seen = await take(stream, 5);
    const after = await write(bank, 6);
    seen.push(...(await take(stream, 12 * 5 - 5)));

    for (const id of [...before, ...after]) {
      const own = seen.filter((event) => event.entityId === id);
      expect(own).toEqual(await all(bank.engine.history(account, id)));
      expect(own.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5]);
    }
    expect(seen).toHaveLength(60);
    function ofAccounts() {
      return bank.engine.subscribe({ entities: [account], from: "start" });
    }
  });

  test("goes on from every position: nothing is missing, nothing given twice, also within a command", async () => {
    using journaled = journal();
    await using bank = await startBank(journaled.store(), { clock: stopped });
    await write(bank, 3);
    const whole = await take(bank.engine.subscribe({ from: "start" }), 15);

    for (let count = 0; count <= 15; count++) {
      await using first = bank.engine.subscribe({ from: "start", maxBuffer: 4 });
      const taken = await take(first, count);
      const positions = JSON.parse(JSON.stringify(await first.positions()));
      first.close();
      await using second = bank.engine.subscribe({ from: positions, maxBuffer: 4 });
      const rest = await take(second, 15 - count);

      expect(sorted([...taken, ...rest])).toEqual(sorted(whole));
      expect(await second.positions()).toBe(await end(bank));
    }
  });

  test("from now on is given nothing of before, and all that is sent after", async () => {
    using journaled = journal();
    await using bank = await startBank(journaled.store(), { clock: stopped });
    await write(bank, 4);
    const stream = bank.engine.subscribe({ from: "now" });

    const ids = await write(bank, 4);
    const seen = await take(stream, 20);

    expect(new Set(seen.map(({ entityId }) => entityId))).toEqual(new Set(ids));
    expect(await stream.positions()).toBe(await end(bank));
  });

  test("is given what another engine stores on the same journal, in order", async () => {
    using journaled = journal();
    await using bank = await startBank(journaled.store());
    await using other = await startBank(journaled.store());
    const streams = [bank.engine.subscribe({ from: "start" }), bank.engine.subscribe({ from: "now" })];
    await Promise.all(streams.map((stream) => stream.positions()));

    const ids = (await Promise.all([write(other, 5), write(bank, 5), write(other, 5)])).flat();

    for (const stream of streams) {
      const seen = await take(stream, 75);
      for (const id of ids) {
        expect(seen.filter(({ entityId }) => entityId === id).map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5]);
      }
      const places = seen.map(placeOf);
      expect(new Set(places).size).toBe(75);
      expect(sorted(seen).map(placeOf)).toEqual(
        sorted(await take(bank.engine.subscribe({ from: "start" }), 75)).map(placeOf),
      );
    }
  });

  test("goes on where a live one lagged: nothing is missing, nothing given twice", async () => {
    using journaled = journal();
    await using bank = await startBank(journaled.store(), { clock: stopped });
    await write(bank, 5);
    const live = bank.engine.subscribe({ entities: [account], maxBuffer: 7 });
    const first = write(bank, 4);
    const seen = await take(live, 3);
    const ids = [...(await first)];
    const second = write(bank, 4);

    const failure = await failureOf(
      (async () => {
        for await (const recorded of live) seen.push(recorded);
      })(),
    );
    ids.push(...(await second));
    expect(failure).toMatchObject({ code: "unavailable", details: { maxBuffer: 7 } });
    expect(seen.length).toBeLessThan(40);
    await using stream = bank.engine.subscribe({ entities: [account], from: String(failure.details.positions) });
    seen.push(...(await take(stream, 40 - seen.length)));

    for (const id of ids) {
      expect(seen.filter(({ entityId }) => entityId === id)).toEqual(await all(bank.engine.history(account, id)));
    }
    expect(await stream.positions()).toBe(await end(bank));
  });

  test("is given an old page and a new one with nothing left out between, whatever is stored meanwhile", async () => {
    using journaled = journal();
    await using bank = await startBank(journaled.store(), { clock: stopped });
    const stream = bank.engine.subscribe({ from: "start", maxBuffer: 3 });
    const writing = Promise.all(Array.from({ length: 10 }, () => write(bank, 2)));

    const seen = await take(stream, 100);
    await writing;

    expect(new Set(seen.map(placeOf)).size).toBe(100);
    const positions = new Map<number, number>();
    for (const { shard, position } of seen) {
      expect(position).toBe((positions.get(shard) ?? 0) + 1);
      positions.set(shard, position);
    }
  });
});

/** The end of the journal. */
async function end(bank: Bank): Promise<string> {
  await using stream = bank.engine.subscribe({ from: "now" });
  return await stream.positions();
}

describe("a subscription to the journal", () => {
  test("reads no further ahead than its buffer: a slow subscriber does not lag, and is given everything", async () => {
    const inner = memoryStore();
    let read = 0;
    const store: Store = {
      ...inner,
      events: {
        ...inner.events,
        async readShards(after, limit) {
          const found = (await inner.events.readShards?.(after, limit)) ?? [];
          read += found.length;
          return found;
        },
      },
    };
    await using bank = await startBank(store, { clock: stopped });
    await write(bank, 200);
    await using stream = bank.engine.subscribe({ from: "start", maxBuffer: 10 });

    const seen = [];
    for (let n = 1; n <= 1_000; n++) {
      seen.push(...(await take(stream, 1)));
      // Whatever it would do by itself, it has done.
      await new Promise((resolve) => setImmediate(resolve));
      expect(read - n).toBeLessThanOrEqual(10);
    }
    expect(new Set(seen.map(placeOf)).size).toBe(1_000);
  });

  test("of some entities passes over the others, and is behind them then", async () => {
    const store = memoryStore({ shardCount: 1 });
    await using bank = await startBank(store, { clock: stopped });
    await write(bank, 2);
    await store.events.append([foreign("x", 0), foreign("y", 0)]);
    await using stream = bank.engine.subscribe({ from: "start" });

    expect(await take(stream, 10)).toHaveLength(10);
    const next = stream.next();
    await store.events.append([foreign("z", 0)]);
    await write(bank, 1);
    await next;

    expect(await stream.positions()).toBe("v1;shards=1;0:14");
    await take(stream, 4);
    expect(await stream.positions()).toBe("v1;shards=1;0:18");
  });

  test("is behind what it passes over also if nothing else comes, and nobody asks", async () => {
    const store = memoryStore({ shardCount: 1 });
    await using bank = await startBank(store, { clock: stopped });
    await store.events.append([foreign("x", 0), foreign("y", 0)]);
    await using stream = bank.engine.subscribe({ from: "start" });
    while ((await stream.positions()) === "v1;shards=1;") await new Promise((resolve) => setImmediate(resolve));
    expect(await stream.positions()).toBe("v1;shards=1;0:2");
  });

  test("is not behind what it passes over while something waits that comes before", async () => {
    const store = memoryStore({ shardCount: 1 });
    await using bank = await startBank(store, { clock: stopped });
    await bank.accounts.get("a").openAccount({});
    await store.events.append([foreign("x", 0)]);
    await bank.accounts.get("b").openAccount({});
    await using stream = bank.engine.subscribe({ from: "start" });
    const first = await take(stream, 1);
    expect(first[0]).toMatchObject({ entityId: "a" });
    expect(await stream.positions()).toBe("v1;shards=1;0:1");
    await take(stream, 1);
    expect(await stream.positions()).toBe("v1;shards=1;0:3");
  });

  test("passes over tombstones", async () => {
    const store = memoryStore({ shardCount: 1 });
    await using bank = await startBank(store, { clock: stopped });
    await write(bank, 1);
    const [id = ""] = await write(bank, 1);
    await store.events.removePayloads?.("account", id, { from: 1, to: 4, toPosition: 9 });
    await using stream = bank.engine.subscribe({ from: "start" });

    const seen = await take(stream, 6);

    expect(seen.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 10]);
    // Its command is that of the event before it, which is a tombstone.
    expect(seen.at(-1)?.commandId).toBe(`close-${id}`);
    expect(await stream.positions()).toBe("v1;shards=1;0:10");
  });

  test("keeps retention from what it has not taken yet, until it ends", async () => {
    await using bank = await startBank(memoryStore({ shardCount: 1 }), { clock: stopped });
    await write(bank, 2);
    const stream = bank.engine.subscribe({ from: "start" });
    await take(stream, 3);
    expect(await bank.engine.readers.slowest(0)).toBe(3);
    stream.close();
    expect(await bank.engine.readers.slowest(0)).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("from now on is given what was stored before the journal's end was read, and told after", async () => {
    const store = faultyStore(memoryStore());
    await using bank = await startBank(store, { clock: stopped });
    await write(bank, 3);
    const held = store.when("events.append", { times: 1 }).hangsAfter();
    const sent = bank.accounts.get(freshId()).openAccount({}, { commandId: "held" });
    await held.reached;
    const stream = bank.engine.subscribe({ from: "now" });
    const next = stream.next();
    // Whatever it would do by itself, it has done.
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    held.release();
    await sent;

    expect((await next).value).toMatchObject({ commandId: "held" });
  });

  test("from now on begins when the store answers, with what was stored meanwhile", async () => {
    const store = faultyStore(memoryStore());
    await using bank = await startBank(store, { clock: stopped });
    await write(bank, 3);
    const held = store.when("events.lastPositions", { times: 1 }).hangsBefore();
    const stream = bank.engine.subscribe({ from: "now" });
    await held.reached;
    const ids = await write(bank, 2);
    held.release();

    const seen = await take(stream, 10);
    expect(new Set(seen.map(({ entityId }) => entityId))).toEqual(new Set(ids));
  });

  test("ends at a gap of the journal, behind what comes before it, and that is logged", async () => {
    const inner = memoryStore({ shardCount: 1 });
    const store: Store = {
      ...inner,
      events: {
        ...inner.events,
        readShards: async (after, limit) =>
          ((await inner.events.readShards?.(after, limit)) ?? []).filter(({ position }) => position !== 3),
      },
    };
    await using bank = await startBank(store, { clock: stopped });
    await write(bank, 1);
    const stream = bank.engine.subscribe({ from: "start" });

    await take(stream, 2);
    const failure = await failureOf(stream.next());

    expect(failure).toMatchObject({ code: "data_loss", details: { shard: 0, expected: 3, position: 4 } });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(await stream.positions()).toBe("v1;shards=1;0:2");
    expect(bank.log).toMatchObject([{ message: failure.message, facts: { code: "data_loss" } }]);
  });

  test("ends at an event that it cannot decode, and another one goes on from there when it can", async () => {
    const store = memoryStore({ shardCount: 1 });
    await using bank = await startBank(store, { clock: stopped });
    await bank.accounts.get("a").openAccount({});
    await store.events.append([{ ...foreign("b", 0), entityType: "account" }]);
    await bank.accounts.get("c").openAccount({});
    const stream = bank.engine.subscribe({ from: "start" });

    await take(stream, 1);
    expect(await failureOf(stream.next())).toMatchObject({
      code: "unsupported",
      details: { entityId: "b", revision: 1 },
    });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    const positions = await stream.positions();
    expect(positions).toBe("v1;shards=1;0:1");

    await using again = bank.engine.subscribe({ from: positions });
    expect((await failureOf(again.next())).code).toBe("unsupported");
    await using behind = bank.engine.subscribe({ from: "v1;shards=1;0:2" });
    expect(await take(behind, 1)).toMatchObject([{ entityId: "c" }]);
  });

  test("goes on when a store that failed is back; the outage is logged once", async () => {
    const store = faultyStore(memoryStore());
    const timers: (() => void)[] = [];
    const set = Promise.withResolvers<void>();
    const clock: Clock = {
      now: () => Date.now(),
      after(ms, callback) {
        // The pauses between questions, not the timeouts of the store.
        if (ms < 10_000 && ms >= 1_000) {
          timers.push(callback);
          set.resolve();
        }
        return () => undefined;
      },
    };
    await using bank = await startBank(store, { clock });
    store.when("events.readShards", { times: 1 }).failsBefore(new Error("connection reset"));
    await write(bank, 2);
    const stream = bank.engine.subscribe({ from: "start" });
    await set.promise;
    for (const timer of timers.splice(0)) timer();

    expect(await take(stream, 10)).toHaveLength(10);
    expect(bank.log).toMatchObject([{ message: "The store failed: connection reset", facts: { code: "unavailable" } }]);
  });

  test("of an entity with a durable state is refused: it has no events", async () => {
    await using bank = await startBank(memoryStore());
    for (const from of ["start", "now", "v1;shards=64;"]) {
      expect(() => bank.engine.subscribe({ entities: [account, inventoryItem], from })).toThrow(
        expect.objectContaining({ code: "unsupported", details: { entity: "inventory_item" } }),
      );
    }
  });

  test.each([
    [{ from: "strat" }, /"strat" is no position in a journal. Begin at "start", at "now"/],
    [{ from: "v1;shards=256;" }, /of a journal with 256 shards, and this one has 64/],
    [{ from: "start", maxBuffer: 0 }, /"maxBuffer" of a subscription is a number from 1 on, not 0/],
    [{ from: "start", pollMs: 0 }, /"pollMs" of a subscription is a number from 1 on, not 0/],
    [{ from: "start", pollMs: Number.NaN }, /"pollMs" of a subscription is a number from 1 on, not NaN/],
    [{ maxBuffer: -1 }, /"maxBuffer" of a subscription is a number from 1 on, not -1/],
  ] as const)("is refused with %j", async (options, message) => {
    await using bank = await startBank(memoryStore());
    const subscribe = () => bank.engine.subscribe(options as { from: string });
    expect(subscribe).toThrow(message);
    expect(subscribe).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });

  test("from positions that the journal does not have is told so", async () => {
    await using bank = await startBank(memoryStore({ shardCount: 1 }));
    await write(bank, 1);
    const failure = await failureOf(bank.engine.subscribe({ from: "v1;shards=1;0:6" }).next());
    expect(failure).toMatchObject({ code: "data_loss", details: { shard: 0, position: 6, last: 5 } });
  });
});

describe("a subscription to the journal that ends", () => {
  const opened = async () => {
    const bank = await startBank(memoryStore({ shardCount: 1 }), { clock: stopped });
    await write(bank, 2);
    return { bank, stream: bank.engine.subscribe({ from: "start" }) };
  };
  const done = { done: true, value: undefined };

  test.each<[string, (stream: CatchUpSubscription<unknown>) => unknown]>([
    ["by close()", (stream) => stream.close()],
    ["by return(), as of a `break`", (stream) => stream.return?.()],
    ["by being disposed of", (stream) => stream[Symbol.asyncDispose]()],
  ])("%s gives nothing any more, and says where it was", async (_, close) => {
    const { bank, stream } = await opened();
    await take(stream, 3);
    await close(stream);
    expect(await stream.next()).toEqual(done);
    expect(await stream.positions()).toBe("v1;shards=1;0:3");
    await bank.engine.stop();
  });

  test("by `break` says where it was", async () => {
    const { bank, stream } = await opened();
    for await (const { position } of stream) if (position === 4) break;
    expect(await stream.positions()).toBe("v1;shards=1;0:4");
    await bank.engine.stop();
  });

  test("since the engine stops still gives what waits, then tells whoever waits that it is over", async () => {
    const { bank, stream } = await opened();
    await take(stream, 3);
    await bank.engine.stop();
    expect((await all(stream)).map(({ position }) => position)).toEqual([4, 5, 6, 7, 8, 9, 10]);
    expect(await stream.positions()).toBe("v1;shards=1;0:10");

    const other = await opened();
    await take(other.stream, 10);
    const next = other.stream.next();
    await other.bank.engine.stop();
    expect(await next).toEqual(done);
  });

  test("before the end of the journal was found does not keep the engine from stopping", async () => {
    const store = faultyStore(memoryStore());
    const bank = await startBank(store, { clock: stopped });
    store.when("events.lastPositions").failsBefore(new Error("connection reset"));
    const stream = bank.engine.subscribe({ from: "now" });
    const next = stream.next();
    await bank.engine.stop();

    expect(await next).toEqual(done);
    expect((await failureOf(stream.positions())).code).toBe("unavailable");
  });

  test("has asked the store for nothing when that is closed", async () => {
    const store = faultyStore(memoryStore());
    const bank = await startBank(store, { clock: stopped });
    await write(bank, 2);
    const held = store.when("events.readShards", { times: 1 }).hangsBefore();
    const stream = bank.engine.subscribe({ from: "start" });
    await held.reached;
    const stopping = bank.engine.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect(store.callsOf("close")).toHaveLength(0);
    held.release();
    await stopping;
    expect(await stream.next()).toEqual(done);
  });

  test("was opened too late: the engine has stopped", async () => {
    const bank = await startBank(memoryStore());
    await bank.engine.stop();
    for (const from of ["start", "now"]) expect(await bank.engine.subscribe({ from }).next()).toEqual(done);
  });

  test("has one reader: another one that asks at the same time is told so", async () => {
    await using bank = await startBank(memoryStore());
    await using stream = bank.engine.subscribe({ from: "start" });
    const first = stream.next();
    expect((await failureOf(stream.next())).code).toBe("invalid_argument");
    stream.close();
    expect(await first).toEqual(done);
  });
});

/** Events of an entity that the engine does not have. */
function foreign(entityId: string, expectedRevision: number) {
  return {
    entityType: "stranger",
    entityId,
    shard: 0,
    expectedRevision,
    events: [{ type: "strange.v1.Happened", payload: new Uint8Array(0) }],
    metadata: new Uint8Array(0),
    commandId: `${entityId}-${expectedRevision}`,
    recordedAt: 1,
  };
}
