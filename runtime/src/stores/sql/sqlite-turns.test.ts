import { once } from "node:events";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { appendOf, temporaryFolder } from "../testdata/appends.ts";
import { idMessage, tableEntity } from "../testdata/kinds.ts";
import { insert, places, Setup, shared } from "../testdata/worker-database.ts";
import { unpackEvents } from "./packing.ts";
import { sqliteStore } from "./sqlite.ts";
import { stateTableOf } from "./state-table.ts";

const allOf = (entityId: string) => {
  return { entityType: "account", entityId, from: 1, to: Number.MAX_SAFE_INTEGER, limit: -1 };
};
const waiting: ReadonlySet<string> = new Set(["append", "saveSnapshots", "query", "deleteSnapshots", "removePayloads"]);
const snapshotOf = (entityId: string) => {
  return { entityType: "account", entityId, revision: 1, schemaHash: "h", recordedAt: 1, payload: Uint8Array.of(1) };
};

describe.each(places)("by %s in %s", (driver, place) => {
  const fresh = shared(driver, place);

  test.each(["commit", "rollback"] as const)(
    "what writes waits for the %s, and is done in its order then",
    async (end) => {
      const { setup, x } = await fresh();
      const { client } = setup;
      const session = await setup.session();
      await insert(session.tx, "a");
      const before = setup.answered.length;
      const first = setup.append(appendOf(x, 0));
      const second = setup.append(appendOf(x, 1), appendOf(`${x}-y`, 0));
      const more = [
        client.ask("saveSnapshots", [snapshotOf(x)]),
        insert(setup.db, "b"),
        client.ask("deleteSnapshots", { ...allOf(x) }),
        client.ask("removePayloads", { ...allOf(x), to: 1, toPosition: 1e9 }),
        setup.append(appendOf(x, 2)),
      ];
      // Answered after all of them would have been, if they had not waited.
      await client.ask("statistics", null);
      expect(await setup.revisions(x)).toEqual([]);
      expect(setup.answered.slice(before).map(({ kind }) => kind)).toEqual(["statistics", "load"]);

      await session[end]();
      const stored = expect.objectContaining({ stored: true });
      expect(await Promise.all([first, second])).toEqual([[stored], [stored, stored]]);
      await Promise.all(more);
      const asked = setup.sent
        .flat()
        .filter(({ kind }) => waiting.has(kind))
        .slice(-7);
      expect(setup.answered.slice(before + 2)).toEqual([expect.objectContaining({ kind: end }), ...asked]);
      expect(await setup.revisions(x)).toEqual([1, 2, 3]);
      expect(unpackEvents(await client.ask("load", allOf(x))).map(({ payload }) => payload === null)).toEqual([
        true,
        false,
        false,
      ]);
      expect(await setup.ids()).toEqual(end === "commit" ? ["a", "b"] : ["b"]);
    },
  );

  test("a batch of appends loses nothing to a session, also one that is rolled back", async () => {
    const { setup, x } = await fresh();
    const asked: Promise<readonly { readonly stored: boolean }[]>[] = [];
    let revision = 0;
    const append = () => asked.push(setup.append(appendOf(x, revision++)));
    for (let round = 0; round < 10; round++) {
      append();
      const session = await setup.session();
      append();
      await insert(session.tx, `i-${round}`);
      append();
      await (round % 2 === 0 ? session.commit() : session.rollback());
    }
    expect((await Promise.all(asked)).flat().filter(({ stored }) => stored)).toHaveLength(30);
    expect(await setup.revisions(x)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
    expect(await setup.ids()).toEqual(["i-0", "i-2", "i-4", "i-6", "i-8"]);
  });

  test("what reads the journal does not wait, and a session reads what others committed", async () => {
    const { setup, x } = await fresh();
    const { client } = setup;
    await setup.append(appendOf(x, 0));
    await client.ask("saveSnapshots", [snapshotOf(x)]);
    const positions = await client.ask("lastPositions", null);
    const session = await setup.session();
    await insert(session.tx, "a");
    const entity = { entityType: "account", entityId: x };
    expect(await client.ask("heads", [entity])).toEqual([1]);
    expect(await setup.revisions(x)).toEqual([1]);
    expect(await client.ask("lastPositions", null)).toEqual(positions);
    const { shard } = appendOf(x, 0);
    expect(unpackEvents(await client.ask("read", { shard, afterPosition: 0, limit: 1 }))).toHaveLength(1);
    expect(unpackEvents(await client.ask("readShards", { shards: [shard], after: [0], limit: 1 }))).toHaveLength(1);
    expect((await client.ask("loadPayloads", allOf(x))).numbers.length).toBeGreaterThan(0);
    expect(await client.ask("loadSnapshot", { ...entity, to: 9, schemaHash: undefined })).toMatchObject(snapshotOf(x));
    expect(await client.ask("receipts", { ...entity, limit: 9 })).toEqual([]);
    expect(await client.ask("stateHeads", [entity])).toEqual([0]);
    // Of an entity whose states are bytes.
    expect(await client.ask("state", { ...entity, key: null })).toBeUndefined();
    const { rows } = await sql<{ n: number }>`select count(*) as n from ego_events where entity_id = ${x}`.execute(
      session.tx,
    );
    expect(rows).toEqual([{ n: 1 }]);
    await session.commit();
  });

  test("between two sessions comes what waited for the first, so that nothing starves", async () => {
    const { setup, x } = await fresh();
    const { client } = setup;
    const session = await setup.session();
    const before = setup.answered.length;
    const numbers = [1e9, 1e9 + 1, 1e9 + 2];
    const [b = 0, c = 0, d = 0] = numbers.map((number) => number + before);
    const asked = [
      client.ask("begin", b),
      setup.append(appendOf(x, 0)),
      client.ask("begin", c),
      setup.append(appendOf(x, 1)),
      client.ask("commit", session.number),
      // While b is open.
      setup.append(appendOf(x, 2)),
      client.ask("begin", d),
      client.ask("rollback", b),
      // While c is.
      setup.append(appendOf(x, 3)),
      client.ask("commit", c),
      client.ask("commit", d),
    ];
    await Promise.all(asked);
    const order = setup.answered
      .slice(before)
      .map(({ kind, body }) => (typeof body === "number" ? `${kind} ${body}` : kind));
    expect(order).toEqual([
      `commit ${session.number}`,
      "append",
      "append",
      `begin ${b}`,
      `rollback ${b}`,
      "append",
      `begin ${c}`,
      `commit ${c}`,
      "append",
      `begin ${d}`,
      `commit ${d}`,
    ]);
    expect(await setup.revisions(x)).toEqual([1, 2, 3, 4]);
  });

  test("sessions come to their end beside appends without end", async () => {
    const { setup, x } = await fresh();
    let stop = false;
    let revision = 0;
    const appends = Array.from({ length: 3 }, async (_, n) => {
      for (let own = 0; !stop; own++) {
        expect(await setup.append(appendOf(`${x}-${n}`, own))).toMatchObject([{ stored: true }]);
        revision++;
      }
    });
    const between: number[] = [];
    for (let n = 0; n < 20; n++) {
      await setup.db.transaction().execute((tx) => insert(tx, `i-${n}`));
      between.push(revision);
    }
    stop = true;
    await Promise.all(appends);
    expect(await setup.ids()).toHaveLength(20);
    // Nor do appends come to a stop beside sessions without a pause.
    expect(between.at(-1)).toBeGreaterThan(10);
  });

  test("a session is rolled back when it is asked nothing for too long, and what waited goes on", async () => {
    await using setup = await Setup.open(driver, place, { idleLimitMs: 40 });
    const session = await setup.session();
    await insert(session.tx, "a");
    // It waits for nothing but the limit.
    expect(await setup.append(appendOf("x", 0))).toEqual([{ stored: true, position: 1 }]);
    const late = { code: "deadline_exceeded", message: expect.stringContaining("nothing was asked in it for 40 ms") };
    await expect(insert(session.tx, "b")).rejects.toMatchObject(late);
    await expect(session.commit()).rejects.toMatchObject(late);
    await expect(session.rollback()).rejects.toMatchObject(late);
    expect(await setup.ids()).toEqual([]);
  });

  test("closing rolls back an open session, does what waited, and refuses sessions that wait", async () => {
    await using setup = await Setup.open(driver, place);
    const session = await setup.session();
    await insert(session.tx, "a");
    const waiting = setup.append(appendOf("x", 0));
    const next = setup.db.transaction().execute((tx) => insert(tx, "b"));
    const refused = expect(next).rejects.toMatchObject({ code: "unavailable" });
    const last = setup.append(appendOf("x", 1));
    await setup.client.ask("statistics", null);
    await setup.client.close();
    expect(await Promise.all([waiting, last])).toMatchObject([[{ stored: true }], [{ stored: true }]]);
    await refused;
    await expect(insert(session.tx, "c")).rejects.toMatchObject({ code: "unavailable" });
    await expect(session.commit()).rejects.toMatchObject({ code: "unavailable" });
    if (place === ":memory:") return;
    using database = await setup.beside();
    expect(database.prepare("select id from goods").all()).toEqual([]);
    expect(database.prepare("select revision from ego_events").all()).toHaveLength(2);
  });
});

describe.each(["node:sqlite", "better-sqlite3"] as const)("by %s in a file", (driver) => {
  test("a session has the write lock from its start, and nobody sees what it has not committed", async () => {
    await using setup = await Setup.open(driver, "a file");
    using other = await setup.beside();
    const session = await setup.session();
    expect(() => other.exec("begin immediate")).toThrow("locked");
    await insert(session.tx, "a");
    expect(other.prepare("select id from goods").all()).toEqual([]);
    await session.commit();
    expect(other.prepare("select id from goods").all()).toMatchObject([{ id: "a" }]);
    other.exec("begin immediate; rollback");
  });

  test("a session waits for another process's lock as long as the store does, and is unavailable then", async () => {
    await using setup = await Setup.open(driver, "a file");
    using other = await setup.beside();
    other.exec("begin immediate");
    let called = false;
    const begun = performance.now();
    const outcome = setup.db.transaction().execute(async () => {
      called = true;
    });
    await expect(outcome).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("Another program holds the lock of the database"),
    });
    expect(performance.now() - begun).toBeGreaterThanOrEqual(25);
    expect(called).toBe(false);
    await expect(insert(setup.db, "a")).rejects.toMatchObject({ code: "unavailable" });
    other.exec("rollback");
    await setup.db.transaction().execute((tx) => insert(tx, "b"));
    expect(await setup.ids()).toEqual(["b"]);
  });

  test("the state of an entity with a table waits: a session may write that table", async () => {
    using folder = temporaryFolder();
    const filename = join(folder.path, "shop.db");
    const Item = idMessage("int64");
    const entity = tableEntity(Item, "item", { id: "item_id", title: "title" });
    const store = sqliteStore({ driver, filename });
    await store.open?.([entity]);
    const state = create(Item, { id: 1n, title: "one" } as never);
    const empty = new Uint8Array(0);
    const envelope = { metadata: empty, commandId: "c", recordedAt: 1 };
    const change = { entityType: "item", entityId: "1", expectedRevision: 0, state, payload: toBinary(Item, state) };
    expect(await store.states.save([{ ...change, ...envelope }])).toMatchObject([{ stored: true }]);
    await store.close?.();

    const { shape, entityType } = stateTableOf(entity) ?? expect.fail();
    await using setup = await Setup.open(driver, "a file", { filename, tables: [{ entityType, shape }] });
    const session = await setup.session();
    await sql`update items set title = 'other'`.execute(session.tx);
    const before = setup.answered.length;
    const reading = setup.client.ask("state", { entityType, entityId: "1", key: "1" });
    await setup.client.ask("receipts", { entityType, entityId: "1", limit: 1 });
    await session.rollback();
    expect(await reading).toMatchObject({ revision: 1, state: ["1", "one"] });
    expect(setup.answered.slice(before).map(({ kind }) => kind)).toEqual(["receipts", "rollback", "state"]);
  });

  test("a thread that dies takes the session along; what waited is answered, and the next thread goes on", async () => {
    await using setup = await Setup.open(driver, "a file");
    const session = await setup.session();
    await insert(session.tx, "a");
    const lost = { code: "unavailable", retryable: true };
    const waiting = [setup.append(appendOf("x", 0)), setup.session()].map((promise) =>
      expect(promise).rejects.toMatchObject(lost),
    );
    await setup.client.ask("statistics", null);
    const [worker] = setup.workers;
    const exited = once(worker ?? expect.fail(), "exit");
    const pending = expect(insert(session.tx, "b")).rejects.toMatchObject(lost);
    await worker?.terminate();
    await exited;
    await Promise.all([pending, ...waiting]);
    await expect(insert(session.tx, "c")).rejects.toMatchObject(lost);
    await expect(session.commit()).rejects.toMatchObject(lost);
    await setup.db.transaction().execute((tx) => insert(tx, "d"));
    expect(await setup.ids()).toEqual(["d"]);
    expect(await setup.append(appendOf("x", 0))).toEqual([{ stored: true, position: 1 }]);
  });

  test.each(["before a statement", "in a statement"] as const)(
    "a thread that dies %s is what the transaction throws, whatever its function makes of it",
    async (when) => {
      await using setup = await Setup.open(driver, "a file");
      const outcome = setup.db.transaction().execute(async (tx) => {
        await insert(tx, "a");
        const [worker] = setup.workers;
        const exited = once(worker ?? expect.fail(), "exit");
        const pending = when === "in a statement" ? insert(tx, "b") : Promise.reject(new Error("none"));
        const caught = pending.catch(() => undefined);
        await worker?.terminate();
        await Promise.all([exited, caught]);
        throw new Error("of the function");
      });
      await expect(outcome).rejects.toMatchObject({ code: "unavailable", retryable: true });
      expect(await setup.ids()).toEqual([]);
    },
  );
});

/** What one of many that work side by side does. */
type Task =
  | { readonly kind: "append"; readonly entity: number; readonly count: number }
  | { readonly kind: "session"; readonly add: readonly number[]; readonly end: "commit" | "throw" | "refused" };

const pauses = fc.array(fc.nat({ max: 3 }), { maxLength: 6 });
const tasks: fc.Arbitrary<readonly (readonly [Task, readonly number[]])[]> = fc.array(
  fc.tuple(
    fc.oneof(
      fc.record({
        kind: fc.constant("append" as const),
        entity: fc.nat({ max: 2 }),
        count: fc.integer({ min: 1, max: 3 }),
      }),
      fc.record({
        kind: fc.constant("session" as const),
        add: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
        end: fc.constantFrom("commit" as const, "throw" as const, "refused" as const),
      }),
    ),
    pauses,
  ),
  { minLength: 1, maxLength: 24 },
);

/** Lets others go on: messages come in between. */
async function pause(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test.each(["node:sqlite", "better-sqlite3"] as const)(
  "appends and sessions side by side, by %s, do what they do one after another",
  async (driver) => {
    await using setup = await Setup.open(driver, "a file");
    let run = 0;
    await fc.assert(
      fc.asyncProperty(tasks, async (all) => {
        const row = `row-${run++}`;
        const name = (entity: number) => `${row}-${entity}`;
        await insert(setup.db, row, 0);
        const heads = [0, 0, 0];
        let sum = 0;

        async function session(add: readonly number[], end: string, waits: readonly number[]): Promise<void> {
          const work = setup.db.transaction().execute(async (tx) => {
            for (const [index, amount] of add.entries()) {
              // Read, then written: a session that is not alone would lose what another one adds in between.
              const { n } = await tx.selectFrom("goods").select("n").where("id", "=", row).executeTakeFirstOrThrow();
              await pause(waits[index] ?? 0);
              await tx
                .updateTable("goods")
                .set({ n: Number(n) + amount })
                .where("id", "=", row)
                .execute();
            }
            if (end === "throw") throw new Error("no");
            if (end === "refused") await insert(tx, row);
          });
          if (end === "commit") {
            await work;
            sum += add.reduce((total, amount) => total + amount);
          } else {
            await expect(work).rejects.toThrow(end === "throw" ? "no" : "UNIQUE constraint failed");
          }
        }

        await Promise.all(
          all.map(async ([task, waits], index) => {
            await pause(index % 4);
            if (task.kind === "session") return session(task.add, task.end, waits);
            const head = heads[task.entity] ?? 0;
            heads[task.entity] = head + task.count;
            const append = appendOf(name(task.entity), head, { count: task.count });
            expect(await setup.append(append)).toMatchObject([{ stored: true }]);
          }),
        );

        for (const [entity, head] of heads.entries()) {
          expect(await setup.revisions(name(entity))).toEqual(Array.from({ length: head }, (_, n) => n + 1));
        }
        expect(await setup.db.selectFrom("goods").select("n").where("id", "=", row).execute()).toEqual([{ n: sum }]);
      }),
      { numRuns: 60 },
    );
  },
);
