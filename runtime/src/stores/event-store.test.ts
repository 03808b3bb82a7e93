import { expect, test } from "vitest";
import { appendOf, holesIn, readAll } from "./testdata/appends.ts";
import { describeStores } from "./testdata/stores.ts";

describeStores("events in", ({ journal }) => {
  test("a batch over many entities is stored in order, each append with its last position", async () => {
    await using journaled = journal();
    const { events } = await journaled.open();
    const batch = Array.from({ length: 200 }, (_, n) => appendOf(`e-${n}`, 0, { count: 1 + (n % 3) }));

    const results = await events.append(batch);

    expect(results.every((result) => result.stored)).toBe(true);
    const all = await readAll(events);
    expect(all).toHaveLength(batch.reduce((sum, append) => sum + append.events.length, 0));
    expect(holesIn(all)).toEqual([]);
    for (const [index, append] of batch.entries()) {
      const stored = await events.load("account", append.entityId);
      expect(results[index]).toEqual({ stored: true, position: stored.at(-1)?.position });
      expect(stored.map((event) => event.revision)).toEqual(append.events.map((_, n) => n + 1));
    }
  });

  test("an event comes back as it was stored, its command id on the first of a command only", async () => {
    await using journaled = journal();
    const { events } = await journaled.open();
    const append = appendOf("a", 0, { count: 2, recordedAt: 1_700_000_000_123, commandId: "c-1" });
    await events.append([append]);

    const common = {
      shard: append.shard,
      entityType: "account",
      entityId: "a",
      type: "bank.v1.Credited",
      metadata: Uint8Array.of(7),
      recordedAt: 1_700_000_000_123,
    };
    const expected = [
      { ...common, position: 1, revision: 1, payload: Uint8Array.of(0, 0), commandId: "c-1" },
      { ...common, position: 2, revision: 2, payload: Uint8Array.of(0, 1), commandId: null },
    ];
    expect(await events.load("account", "a")).toEqual(expected);
    expect(await events.read(append.shard, 0, 10)).toEqual(expected);
  });

  test("a stale append is refused with the head, the others of its batch are stored, no position is lost", async () => {
    await using journaled = journal();
    const { events } = await journaled.open();
    await events.append([appendOf("a", 0, { count: 3 })]);

    const shard = appendOf("a", 0).shard;
    const neighbours = neighboursOf("a", 2);
    const results = await events.append([
      appendOf(neighbours[0], 0),
      appendOf("a", 2, { count: 2 }),
      appendOf(neighbours[1], 0),
    ]);

    expect(results).toEqual([
      { stored: true, position: 4 },
      { stored: false, head: 3 },
      { stored: true, position: 5 },
    ]);
    expect((await events.read(shard, 3, 10)).map((event) => event.entityId)).toEqual(neighbours);
    expect(holesIn(await readAll(events))).toEqual([]);
  });

  test("a revision ahead of the head is refused", async () => {
    await using journaled = journal();
    const { events } = await journaled.open();
    expect(await events.append([appendOf("new", 1)])).toEqual([{ stored: false, head: 0 }]);
    await events.append([appendOf("a", 0)]);
    expect(await events.append([appendOf("a", 2)])).toEqual([{ stored: false, head: 1 }]);
    expect(await events.load("account", "new")).toEqual([]);
    expect(await events.load("account", "a")).toHaveLength(1);
  });

  test("appends of one entity in one batch build on each other", async () => {
    await using journaled = journal();
    const { events } = await journaled.open();
    const results = await events.append([appendOf("a", 0, { count: 2 }), appendOf("b", 0), appendOf("a", 2)]);
    expect(results.map((result) => result.stored)).toEqual([true, true, true]);
    expect((await events.load("account", "a")).map((event) => event.commandId)).toEqual(["a-0", null, "a-2"]);
  });

  test("after a refused append every later one of the same entity is refused, also one that would fit", async () => {
    await using journaled = journal();
    const { events } = await journaled.open();
    const results = await events.append([
      appendOf("a", 0),
      appendOf("a", 5),
      appendOf("b", 0),
      appendOf("a", 1),
      appendOf("a", 1, { entityType: "other" }),
    ]);
    expect(results).toEqual([
      { stored: true, position: 1 },
      { stored: false, head: 1 },
      { stored: true, position: 1 },
      { stored: false, head: 1 },
      { stored: false, head: 0 },
    ]);
    // Refused there, not for ever.
    expect(await events.append([appendOf("a", 1)])).toEqual([{ stored: true, position: 2 }]);
  });

  test("an append without events stores nothing, and neither does a batch without appends", async () => {
    await using journaled = journal();
    const { events } = await journaled.open();
    expect(await events.append([])).toEqual([]);
    expect(await events.append([appendOf("a", 0, { events: [] })])).toEqual([{ stored: true, position: 0 }]);
    expect(await readAll(events)).toEqual([]);
  });

  test("a shard that the journal does not have is refused, and its batch with it", async () => {
    await using journaled = journal();
    const { events } = await journaled.open();
    for (const shard of [-1, events.shardCount, 0.5, Number.NaN]) {
      const batch = [appendOf("a", 0), appendOf("b", 0, { shard })];
      await expect(events.append(batch)).rejects.toMatchObject({ code: "invalid_argument" });
      await expect(events.read(shard, 0, 1)).rejects.toMatchObject({ code: "invalid_argument" });
    }
    expect(await readAll(events)).toEqual([]);
  });

  test("ids that differ in little are different entities, and nothing in an id is special", async () => {
    await using journaled = journal();
    const { events } = await journaled.open();
    const ids = [
      "ann",
      "Ann",
      "ANN",
      "ann ",
      " ann",
      "änn",
      "a\u0308nn",
      "ann\t",
      "__proto__",
      "constructor",
      "toString",
      "'; drop table ego_events; --",
      '"',
      "%",
      "_",
      "😀",
      "null",
      "0",
      "00",
      "x".repeat(255),
    ];
    const results = await events.append(ids.map((id) => appendOf(id, 0)));
    expect(results.every((result) => result.stored)).toBe(true);
    const types = ["account", "Account", "__proto__", "ann"];
    await events.append(types.slice(1).map((entityType) => appendOf("ann", 0, { entityType, commandId: entityType })));

    for (const id of ids) {
      expect((await events.load("account", id)).map((event) => [event.entityId, event.commandId])).toEqual([
        [id, `${id}-0`],
      ]);
    }
    for (const entityType of types.slice(1)) {
      expect((await events.load(entityType, "ann")).map((event) => event.commandId)).toEqual([entityType]);
    }
    expect(holesIn(await readAll(events))).toEqual([]);
  });

  test("bytes come back exactly: none, one mebibyte, all values; views of a larger buffer too", async () => {
    await using journaled = journal();
    const { events } = await journaled.open();
    const all = Uint8Array.from({ length: 256 }, (_, n) => n);
    const payloads = [
      new Uint8Array(0),
      new Uint8Array(1 << 20).fill(0xa5),
      all,
      all.subarray(10, 20),
      Buffer.from("ä"),
    ];
    const append = appendOf("a", 0, {
      events: payloads.map((payload) => ({ type: "t", payload })),
      metadata: all.subarray(3, 4),
    });
    await events.append([append]);
    const stored = await events.load("account", "a");
    expect(stored.map((event) => Buffer.from(event.payload).toString("hex"))).toEqual(
      payloads.map((payload) => Buffer.from(payload).toString("hex")),
    );
    expect(stored.map((event) => [...event.metadata])).toEqual(payloads.map(() => [3]));
  });

  test("nobody can change what is stored: not the bytes given, not the bytes got", async () => {
    await using journaled = journal();
    const { events } = await journaled.open();
    const payload = Uint8Array.of(1, 2, 3);
    const metadata = Uint8Array.of(4);
    await events.append([appendOf("a", 0, { events: [{ type: "t", payload }], metadata })]);
    payload.fill(0);
    metadata.fill(0);
    const [first] = await events.load("account", "a");
    expect(first).toMatchObject({ payload: Uint8Array.of(1, 2, 3), metadata: Uint8Array.of(4) });
    first?.payload.fill(9);
    first?.metadata.fill(9);
    const [again] = await events.load("account", "a");
    expect(again).toMatchObject({ payload: Uint8Array.of(1, 2, 3), metadata: Uint8Array.of(4) });
  });

  test.each([
    [{}, [1, 2, 3, 4, 5]],
    [{ from: 3 }, [3, 4, 5]],
    [{ to: 2 }, [1, 2]],
    [{ from: 2, to: 4 }, [2, 3, 4]],
    [{ from: 3, to: 3 }, [3]],
    [{ from: 4, to: 2 }, []],
    [{ limit: 2 }, [1, 2]],
    [{ limit: 1, from: 2, to: 5 }, [2]],
    [{ limit: 9, from: 4 }, [4, 5]],
    [{ limit: 0 }, []],
    [{ limit: -1 }, []],
    [{ from: 6 }, []],
    [{ from: 0, to: 0 }, []],
    [{ from: -5, to: 1 }, [1]],
    [{ to: -1 }, []],
  ])("load with %o gives revisions %o", async (range, revisions) => {
    await using journaled = journal();
    const { events } = await journaled.open();
    await events.append([appendOf("other", 0), appendOf("a", 0, { count: 2 }), appendOf("a", 2, { count: 3 })]);
    expect((await events.load("account", "a", range)).map((event) => event.revision)).toEqual(revisions);
  });

  test("an unknown entity has no events, of a known type or an unknown one", async () => {
    await using journaled = journal();
    const { events } = await journaled.open();
    await events.append([appendOf("a", 0)]);
    expect(await events.load("account", "b")).toEqual([]);
    expect(await events.load("nothing", "a")).toEqual([]);
  });

  test("reading goes on behind any position, also within a command", async () => {
    await using journaled = journal();
    const { events } = await journaled.open();
    const { shard } = appendOf("a", 0);
    await events.append([appendOf("a", 0, { count: 3 }), appendOf("a", 3, { count: 2 })]);
    for (let after = 0; after <= 6; after++) {
      const rest = [1, 2, 3, 4, 5].filter((position) => position > after);
      expect((await events.read(shard, after, 100)).map((event) => event.position)).toEqual(rest);
      expect((await events.read(shard, after, 2)).map((event) => event.position)).toEqual(rest.slice(0, 2));
      expect(await events.read(shard, after, 0)).toEqual([]);
    }
    expect(holesIn(await readAll(events, 1))).toEqual([]);
  });

  test("appends sent without waiting are stored in the order they were sent", async () => {
    await using journaled = journal();
    const { events } = await journaled.open();
    const sent = Array.from({ length: 50 }, (_, n) =>
      events.append([appendOf("a", n), appendOf(`b-${n % 5}`, Math.floor(n / 5))]),
    );
    const results = (await Promise.all(sent)).flat();
    expect(results.every((result) => result.stored)).toBe(true);
    expect(holesIn(await readAll(events))).toEqual([]);
  });

  test("what follows a refused append, sent before its answer, is refused as well", async () => {
    await using journaled = journal();
    const { events } = await journaled.open();
    await events.append([appendOf("a", 0)]);
    const [first, second] = await Promise.all([events.append([appendOf("a", 0)]), events.append([appendOf("a", 2)])]);
    expect([first, second]).toEqual([[{ stored: false, head: 1 }], [{ stored: false, head: 1 }]]);
  });

  test("of two stores on one journal exactly one stores a revision, and both number on without a hole", async () => {
    await using journaled = journal();
    const [one, two] = [await journaled.open(), await journaled.open()];
    // Both have written the entity, so neither reads its head any more.
    await one.events.append([appendOf("a", 0), appendOf("x", 0)]);
    await two.events.append([appendOf("a", 1)]);

    for (let revision = 2; revision < 40; revision += 1) {
      const results = (
        await Promise.all([
          one.events.append([appendOf("a", revision, { commandId: "one" }), appendOf("x", revision - 1)]),
          two.events.append([appendOf("y", revision - 2), appendOf("a", revision, { commandId: "two" })]),
        ])
      ).flat();
      const [ofOne, x, y, ofTwo] = results;
      expect([x?.stored, y?.stored]).toEqual([true, true]);
      expect([ofOne?.stored, ofTwo?.stored].toSorted()).toEqual([false, true]);
      const refused = ofOne?.stored ? ofTwo : ofOne;
      expect(refused).toEqual({ stored: false, head: revision + 1 });
    }
    const all = await readAll(one.events);
    expect(holesIn(all)).toEqual([]);
    expect(await readAll(two.events)).toEqual(all);
  });

  test("a journal opened again has its events, and goes on behind them", async () => {
    await using journaled = journal();
    const first = await journaled.open();
    await first.events.append([appendOf("a", 0, { count: 2 })]);
    await first.close?.();
    const second = await journaled.open();
    expect(await second.events.load("account", "a")).toHaveLength(2);
    expect(await second.events.append([appendOf("a", 1)])).toEqual([{ stored: false, head: 2 }]);
    expect(await second.events.append([appendOf("a", 2)])).toEqual([{ stored: true, position: 3 }]);
  });
});

/** Other ids in the shard of an id. */
function neighboursOf(id: string, count: number): [string, string, ...string[]] {
  const { shard } = appendOf(id, 0);
  const found: string[] = [];
  for (let n = 0; found.length < count; n++) {
    if (appendOf(`n-${n}`, 0).shard === shard) found.push(`n-${n}`);
  }
  const [first = "", second = "", ...rest] = found;
  return [first, second, ...rest];
}
