import { describe, expect, test } from "vitest";
import { EgoError } from "../error/ego-error.ts";
import { Lane, type LaneEntry } from "./lane.ts";

const limits = { maxEntries: 100, maxBytes: 1_000 };

interface Flush {
  readonly batch: readonly string[];
  readonly resolve: (results: readonly string[]) => void;
  readonly reject: (cause: unknown) => void;
}

/** A lane whose flushes the test answers one by one. */
function laneByHand(options = limits) {
  const flushes: Flush[] = [];
  let arrived = Promise.withResolvers<void>();
  const lane = new Lane<string, string>((batch) => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
    flushes.push({ batch, resolve, reject });
    arrived.resolve();
    return promise;
  }, options);
  return {
    lane,
    flushes,
    async flush(index: number): Promise<Flush> {
      for (;;) {
        const found = flushes[index];
        if (found) return found;
        await arrived.promise;
        arrived = Promise.withResolvers();
      }
    },
  };
}

function entryOf(item: string, bytes = 1) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const entry: LaneEntry<string, string> & { readonly done: Promise<string> } = {
    item,
    bytes,
    withdrawn: false,
    sent: false,
    settle: resolve,
    fail: reject,
    done: promise,
  };
  // Not every test looks at how each entry ends.
  promise.catch(() => {});
  return entry;
}

const upper = ({ batch, resolve }: Flush) => resolve(batch.map((item) => item.toUpperCase()));

describe("a lane", () => {
  test("takes what comes in one turn in one flush, and tells each its own result", async () => {
    const { lane, flush } = laneByHand();
    const entries = ["a", "b", "c"].map((item) => entryOf(item));
    for (const entry of entries) lane.push(entry);

    const first = await flush(0);
    upper(first);

    expect(first.batch).toEqual(["a", "b", "c"]);
    expect(await Promise.all(entries.map((entry) => entry.done))).toEqual(["A", "B", "C"]);
    expect(lane.health).toMatchObject({ transactions: 1, entries: 3, queued: 0, hanging: false, failure: undefined });
  });

  test("has one flush in flight, while the next one fills", async () => {
    const { lane, flushes, flush } = laneByHand();
    lane.push(entryOf("a"));
    const first = await flush(0);
    const later = ["b", "c", "d"].map((item) => entryOf(item));
    for (const entry of later) {
      lane.push(entry);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(flushes).toHaveLength(1);

    upper(first);
    const second = await flush(1);
    upper(second);

    expect(second.batch).toEqual(["b", "c", "d"]);
    expect(await later[2]?.done).toBe("D");
  });

  test("idle, takes much that comes at once in two flushes, and then what is there", async () => {
    const { lane, flush } = laneByHand({ maxEntries: 1_000, maxBytes: 10_000 });
    const items = Array.from({ length: 501 }, (_, i) => `e${i}`);
    for (const item of items) lane.push(entryOf(item));

    const first = await flush(0);
    const again = Array.from({ length: 300 }, (_, i) => `again${i}`);
    for (const item of again) lane.push(entryOf(item));
    upper(first);
    const second = await flush(1);
    upper(second);

    expect(first.batch).toEqual(items.slice(0, 251));
    expect(second.batch).toEqual([...items.slice(251), ...again]);
  });

  test("idle, takes what is little in one flush", async () => {
    const { lane, flush } = laneByHand({ maxEntries: 1_000, maxBytes: 10_000 });
    for (let i = 0; i < 255; i++) lane.push(entryOf(`e${i}`));

    expect((await flush(0)).batch).toHaveLength(255);
  });

  test("stores in the order in which it was given, however much comes at once", async () => {
    const { lane, flush } = laneByHand({ maxEntries: 7, maxBytes: 1_000 });
    const items = Array.from({ length: 40 }, (_, i) => `e${i}`);
    for (const item of items) lane.push(entryOf(item));

    const stored: string[] = [];
    for (let i = 0; stored.length < items.length; i++) {
      const next = await flush(i);
      expect(next.batch.length).toBeLessThanOrEqual(7);
      stored.push(...next.batch);
      upper(next);
    }

    expect(stored).toEqual(items);
  });

  test("takes no more bytes than allowed, and what is larger goes alone", async () => {
    const { lane, flush } = laneByHand({ maxEntries: 100, maxBytes: 100 });
    for (const [item, bytes] of [
      ["a", 60],
      ["b", 40],
      ["c", 1],
      ["huge", 500],
      ["d", 1],
    ] as const) {
      lane.push(entryOf(item, bytes));
    }

    const batches: (readonly string[])[] = [];
    for (let i = 0; batches.flat().length < 5; i++) {
      const next = await flush(i);
      batches.push(next.batch);
      upper(next);
    }

    expect(batches).toEqual([["a", "b"], ["c"], ["huge"], ["d"]]);
  });

  test("skips what was withdrawn meanwhile, and is idle when nothing is left", async () => {
    const { lane, flushes, flush } = laneByHand();
    lane.push(entryOf("a"));
    const first = await flush(0);
    const withdrawn = entryOf("b");
    lane.push(withdrawn);
    withdrawn.withdrawn = true;
    upper(first);
    await new Promise((resolve) => setImmediate(resolve));
    expect(flushes).toHaveLength(1);

    lane.push(entryOf("c"));

    expect((await flush(1)).batch).toEqual(["c"]);
  });

  test("skips what is withdrawn while the results of the flush before are told", async () => {
    const { lane, flush } = laneByHand();
    const next = entryOf("b");
    const first = { ...entryOf("a"), settle: () => (next.withdrawn = true) };
    lane.push(first as never);
    const flushed = await flush(0);
    lane.push(next);
    lane.push(entryOf("c"));
    upper(flushed);

    expect((await flush(1)).batch).toEqual(["c"]);
  });

  test("fails a flush as unavailable whatever the store throws, keeps the cause, and goes on", async () => {
    const { lane, flush } = laneByHand();
    const entry = entryOf("a");
    lane.push(entry);
    const cause = new Error("connection reset");
    (await flush(0)).reject(cause);

    await expect(entry.done).rejects.toMatchObject({ code: "unavailable", retryable: true, cause });

    const next = entryOf("b");
    lane.push(next);
    upper(await flush(1));
    expect(await next.done).toBe("B");
  });

  test("hands on an error of ego as it is", async () => {
    const { lane, flush } = laneByHand();
    const entry = entryOf("a");
    lane.push(entry);
    const failure = new EgoError("data_loss", "a page is damaged");
    (await flush(0)).reject(failure);

    await expect(entry.done).rejects.toBe(failure);
  });

  test.each([0, 1, 3])("fails a flush of 2 for which the store answers %d results", async (count) => {
    const { lane, flush } = laneByHand();
    const entries = [entryOf("a"), entryOf("b")];
    for (const entry of entries) lane.push(entry);
    (await flush(0)).resolve(new Array(count).fill("x"));

    for (const entry of entries) {
      await expect(entry.done).rejects.toMatchObject({
        code: "internal",
        message: expect.stringContaining(`${count} results to 2`),
      });
    }
    const next = entryOf("c");
    lane.push(next);
    upper(await flush(1));
    expect(await next.done).toBe("C");
  });

  test("fails a flush also if the store throws at once", async () => {
    const lane = new Lane<string, string>(() => {
      throw new Error("not open");
    }, limits);
    const entry = entryOf("a");
    lane.push(entry);

    await expect(entry.done).rejects.toMatchObject({ code: "unavailable" });
  });

  test("is drained when nothing waits and nothing is in flight", async () => {
    const { lane, flush } = laneByHand();
    await lane.drained();
    const order: string[] = [];
    lane.push(entryOf("a"));
    const drained = Promise.all([lane.drained(), lane.drained()]).then(() => order.push("drained"));
    const first = await flush(0);
    lane.push(entryOf("b"));
    upper(first);
    const second = await flush(1);
    order.push("second");
    second.reject(new Error("connection reset"));

    await drained;

    expect(order).toEqual(["second", "drained"]);
  });
});
