import { afterAll, describe, expect, expectTypeOf, test } from "vitest";
import type { Append, AppendResult, StoredEvent } from "../journal/event-store.ts";
import type { Store } from "../journal/store.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { describeStore } from "./contract/describe-store.ts";
import { fakeClock } from "./fake-clock.ts";
import { type FaultyStore, faultyStore } from "./faulty-store.ts";
import { ScenarioError } from "./scenario-error.ts";

describeStore(
  {
    name: "a faulty store without faults",
    lacks: [],
    journal() {
      const inner = memoryStore();
      return { open: async () => faultyStore(inner), [Symbol.asyncDispose]: async () => undefined };
    },
  },
  { describe, test, afterAll },
);

/** An append of one event. */
function appendOf(entityId: string, expectedRevision = 0): Append {
  const events = [{ type: "t", payload: Uint8Array.of(1) }];
  const rest = { shard: 0, metadata: new Uint8Array(0), commandId: `${entityId}-${expectedRevision}`, recordedAt: 0 };
  return { entityType: "thing", entityId, expectedRevision, events, ...rest };
}

async function revisionOf(store: Store, id: string): Promise<number> {
  return (await store.events.load("thing", id)).length;
}

async function outcomeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "done",
    (failure: Error) => failure.message,
  );
}

describe("a faulty store", () => {
  test("fails before anything is done, by number, and only so often", async () => {
    const store = faultyStore(memoryStore());
    const fault = store.when("events.append", { nth: 2, times: 2 }).failsBefore(new Error("refused"));

    const outcomes: string[] = [];
    for (let i = 0; i < 4; i++) outcomes.push(await outcomeOf(store.events.append([appendOf(`e-${i}`)])));

    expect(outcomes).toEqual(["done", "refused", "refused", "done"]);
    expect(await Promise.all([0, 1, 2, 3].map((i) => revisionOf(store, `e-${i}`)))).toEqual([1, 0, 0, 1]);
    expect(fault.struck).toBe(2);
  });

  test("fails after everything was done", async () => {
    const store = faultyStore(memoryStore());
    store.when("events.append").failsAfter();

    await expect(store.events.append([appendOf("a")])).rejects.toMatchObject({ code: "unavailable" });
    expect(await revisionOf(store, "a")).toBe(1);
  });

  test("strikes only the entity that was selected, also where it is in a batch among others", async () => {
    const store = faultyStore(memoryStore());
    store
      .when(["events.append", "events.load"], { entity: "thing", id: "a", times: Infinity })
      .failsBefore(new Error("a is ill"));
    store.when("events.append", { entity: "other", times: Infinity }).failsBefore(new Error("never"));

    expect(await outcomeOf(store.events.append([appendOf("b"), appendOf("a")]))).toBe("a is ill");
    expect(await outcomeOf(store.events.append([appendOf("b")]))).toBe("done");
    expect(await outcomeOf(store.events.load("thing", "a"))).toBe("a is ill");
    expect(await outcomeOf(store.events.load("thing", "b"))).toBe("done");
    expect(await outcomeOf(store.events.read(0, 0, 10))).toBe("done");
  });

  test("hangs before or after it is done, until it is let go, well or with a failure", async () => {
    const store = faultyStore(memoryStore());
    const before = store.when("events.append").hangsBefore();
    const appending = store.events.append([appendOf("a")]);
    expect((await before.reached).args[0]).toHaveLength(1);
    expect(await revisionOf(store, "a")).toBe(0);
    before.release();
    expect(await outcomeOf(appending)).toBe("done");

    const after = store.when("writes", { times: 2 }).hangsAfter();
    const both = [store.events.append([appendOf("a", 1)]), store.events.append([appendOf("a", 2)])];
    await after.reached;
    expect(await revisionOf(store, "a")).toBe(3);
    after.release(new Error("connection reset"));
    expect(await Promise.all(both.map(outcomeOf))).toEqual(["connection reset", "connection reset"]);
    expect(after.struck).toBe(2);
  });

  test("is slow by the clock that it was given", async () => {
    const clock = fakeClock();
    const store = faultyStore(memoryStore(), { clock });
    store.when("events.append").isSlow(300);
    let done = false;
    const appending = store.events.append([appendOf("a")]).then(() => {
      done = true;
    });

    await clock.advance(299);
    expect(done).toBe(false);
    await clock.advance(1);
    await appending;
  });

  test("says that another writer was first, and stores the rest of the batch", async () => {
    const store = faultyStore(memoryStore());
    store.when("events.append", { id: "a" }).refuses();

    const results = await store.events.append([appendOf("a"), appendOf("b"), appendOf("a", 1)]);

    expect(results).toEqual([
      { stored: false, head: 1 },
      { stored: true, position: 1 },
      { stored: false, head: 2 },
    ]);
    expect([await revisionOf(store, "a"), await revisionOf(store, "b")]).toEqual([0, 1]);
    store.when("writes").refuses();
    expect(await store.events.append([appendOf("c")])).toEqual([{ stored: false, head: 1 }]);
  });

  test("does whatever it is told, with calls and answers that are typed", async () => {
    const store = faultyStore(memoryStore());
    store.when("events.append").does(async ({ args: [batch] }, next) => {
      expectTypeOf(batch).toEqualTypeOf<readonly Append[]>();
      await next();
      return batch.map((): AppendResult => ({ stored: true, position: 99 }));
    });
    store.when("events.load").does(async (_, next) => {
      const page = await next();
      expectTypeOf(page).toEqualTypeOf<readonly StoredEvent[]>();
      return page.slice(1);
    });

    expect(await store.events.append([appendOf("a")])).toEqual([{ stored: true, position: 99 }]);
    expect([await revisionOf(store, "a"), await revisionOf(store, "a")]).toEqual([0, 1]);
  });

  test("does several things to one call, in the order in which they were scripted", async () => {
    const clock = fakeClock();
    const store = faultyStore(memoryStore(), { clock });
    store.when("events.append").isSlow(10);
    store.when("events.append").failsAfter(new Error("lost"));
    const appending = outcomeOf(store.events.append([appendOf("a")]));
    await clock.advance(10);

    expect(await appending).toBe("lost");
    expect(await revisionOf(store, "a")).toBe(1);
  });

  test("is healed: all faults end, and what hangs goes on", async () => {
    const store = faultyStore(memoryStore());
    store.when("reads", { times: Infinity }).failsBefore();
    const hanging = store.when("writes", { times: Infinity }).hangsBefore();
    const appending = store.events.append([appendOf("a")]);
    await hanging.reached;

    store.heal();

    expect(await outcomeOf(appending)).toBe("done");
    expect(await revisionOf(store, "a")).toBe(1);
  });

  test("keeps what it was asked for, also what failed, and fails to open or close where it is told", async () => {
    const store = faultyStore(memoryStore());
    store.when("open").failsBefore(new Error("no such database"));
    expect(await outcomeOf(store.open([]))).toBe("no such database");
    await store.open([]);
    await store.states?.load("thing", "a");
    await store.close();

    expect(store.calls.map(({ name }) => name)).toEqual(["open", "open", "states.load", "close"]);
    const [loaded] = store.callsOf("states.load");
    expect(loaded?.args).toEqual(["thing", "a"]);
  });

  test("has all parts of the store that it is around, also methods of a class, and what is known only after opening", async () => {
    class Journal {
      shardCount = 0;
      readonly #inner = memoryStore().events;
      append = this.#inner.append;
      load(entityType: string, entityId: string) {
        return this.#inner.load(entityType, entityId);
      }
      read(shard: number, after: number, limit: number) {
        return this.#inner.read(shard, after, limit);
      }
    }
    const journal = new Journal();
    class Own implements Store {
      get events() {
        return journal;
      }
      async open() {
        journal.shardCount = 64;
      }
    }
    const store: FaultyStore = faultyStore(new Own());
    await store.open([]);

    expect(store.events.shardCount).toBe(64);
    expect(store.states).toBeUndefined();
    expect(await store.events.load("thing", "a")).toEqual([]);
    expect(store.callsOf("events.load")).toHaveLength(1);
  });

  test("refuses a script that makes no sense", () => {
    const store = faultyStore({ events: memoryStore().events });
    expect(() => store.when("states.save")).toThrow("the store has no states.save");
    expect(() => store.when("events.append", { nth: 0 })).toThrow("nth");
    expect(() => store.when("events.append", { times: Number.NaN })).toThrow("times");
    expect(() => store.when("events.append").isSlow(5)).toThrow("clock");
    expect(() => store.when(["events.load"]).refuses()).toThrow("events.load writes nothing");
    expect(() => store.when("events.load").refuses()).toThrow(ScenarioError);
  });
});
