import { createPool } from "mysql2";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { expect, test } from "vitest";
import { appendOf, holesIn, readAll } from "../testdata/appends.ts";
import { describeMariadb } from "../testdata/mariadb-stores.ts";
import { openProxy } from "../testdata/proxy.ts";

describeMariadb("a store in MariaDB whose connection breaks", ({ freshUrl, opened }) => {
  // Begin, lock, heads, commit; heads; without the stale one begin, lock, positions, insert, commit; and beyond.
  const steps = Array.from({ length: 14 }, (_, step) => step);

  test.each(steps.flatMap((step) => [["cutNextQuestion", step] as const, ["cutNextAnswer", step] as const]))(
    "%s, after %i more: the batch is stored once, and answered",
    async (cut, step) => {
      await using way = await openProxy(await freshUrl());
      await using store = await opened({ url: way.url });
      await store.events.append([appendOf("a", 0, { count: 2 }), appendOf("b", 0)]);

      way[cut](step);
      const results = await store.events.append([appendOf("a", 2, { count: 3 }), appendOf("c", 0), appendOf("b", 5)]);

      const [, , ofB] = results;
      expect(results.slice(0, 2).map(({ stored }) => stored)).toEqual([true, true]);
      expect(ofB).toEqual({ stored: false, head: 1 });
      const ofA = await store.events.load("account", "a");
      expect(ofA.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5]);
      expect(results[0]).toEqual({ stored: true, position: ofA.at(-1)?.position });
      expect(holesIn(await readAll(store.events))).toEqual([]);
    },
  );

  test("a batch that somebody else's is in the way of is refused, not taken for stored", async () => {
    const url = await freshUrl();
    await using way = await openProxy(url);
    await using store = await opened({ url: way.url });
    await using other = await opened({ url });
    await store.events.append([appendOf("a", 0)]);
    await other.events.append([appendOf("a", 1, { commandId: "other" })]);

    way.cutNextAnswer();
    expect(await store.events.append([appendOf("a", 1, { commandId: "own" })])).toEqual([{ stored: false, head: 2 }]);
  });

  test("nor is one of another engine that was given the same command, and made other events of it", async () => {
    const url = await freshUrl();
    await using way = await openProxy(url);
    await using store = await opened({ url: way.url });
    await using other = await opened({ url });
    await store.events.append([appendOf("warm", 0)]);
    const command = { commandId: "c", count: 2 };
    await other.events.append([appendOf("a", 0, { ...command, recordedAt: 1 })]);

    way.cutNextAnswer();
    expect(await store.events.append([appendOf("a", 0, { ...command, recordedAt: 2 })])).toEqual([
      { stored: false, head: 2 },
    ]);
  });

  test("reading goes on with a new one", async () => {
    await using way = await openProxy(await freshUrl());
    await using store = await opened({ url: way.url });
    await store.events.append([appendOf("a", 0)]);
    expect(await store.events.load("account", "a")).toHaveLength(1);

    way.cutNextQuestion();
    expect(await store.events.load("account", "a")).toHaveLength(1);
  });

  test("to a primary that takes no writes any more, it goes on with a new one", async () => {
    const pool = createPool(await freshUrl());
    const sessions: { query(text: string, done: (failure: unknown) => void): unknown }[] = [];
    pool.on("connection", (session) => sessions.push(session));
    await using store = await opened({ pool });
    await store.events.append([appendOf("a", 0)]);
    // As all connections to it are when it was made a replica.
    for (const session of sessions) {
      await new Promise<void>((resolve, reject) => {
        session.query("set session transaction read only", (failure) => (failure ? reject(failure) : resolve()));
      });
    }

    expect(await store.events.append([appendOf("a", 1)])).toMatchObject([{ stored: true }]);
    await store.close?.();
    await pool.promise().end();
  });

  test("a server that stays away is unavailable, and the store goes on when it is back", async () => {
    await using way = await openProxy(await freshUrl());
    await using store = await opened({ url: way.url, reconnectMs: 50 });
    await store.events.append([appendOf("a", 0)]);
    way.close();
    await expect(store.events.append([appendOf("a", 1)])).rejects.toMatchObject({
      code: "unavailable",
      retryable: true,
      message: expect.stringContaining("Is it running, and can it be reached?"),
    });
    way.open();
    expect(await store.events.append([appendOf("a", 1)])).toMatchObject([{ stored: true }]);
    expect(holesIn(await readAll(store.events))).toEqual([]);
  });

  test("with connections killed all the time nothing answered is lost, nothing doubled, no position left out", async () => {
    const url = await freshUrl();
    await using store = await opened({ url, reconnectMs: 10_000 });
    const killer = await createConnection(url);
    let done = false;
    let killed = 0;
    let answered = 0;
    const killing = (async () => {
      for (let pause = 0.004; !done; ) {
        // Long enough for a batch to get through now and then, on whatever disk.
        const before = answered;
        await killer.query(`do sleep(${pause})`);
        pause = answered > before ? 0.004 : Math.min(pause * 2, 0.25);
        const [rows] = await killer.query<RowDataPacket[]>(
          "select id from information_schema.processlist where db = database() and id <> connection_id()",
        );
        for (const { id } of rows) {
          await killer.query(`kill ${id}`).then(
            () => killed++,
            () => undefined,
          );
        }
      }
    })();
    const stored = new Map<string, number>();
    await Promise.all(
      Array.from({ length: 4 }, async (_, writer) => {
        for (let round = 0; round < 20; round++) {
          const batch = Array.from({ length: 5 }, (_, n) => appendOf(`w${writer}-${n}`, round));
          const results = await store.events.append(batch);
          answered++;
          for (const [index, result] of results.entries()) {
            expect(result.stored).toBe(true);
            stored.set(batch[index]?.entityId ?? "", round + 1);
          }
        }
      }),
    );
    done = true;
    await killing;
    await killer.end();

    expect(killed).toBeGreaterThan(5);
    expect(stored.size).toBe(20);
    for (const [id, head] of stored) {
      const events = await store.events.load("account", id);
      expect(events.map(({ commandId }) => commandId)).toEqual(Array.from({ length: head }, (_, n) => `${id}-${n}`));
    }
    expect(holesIn(await readAll(store.events, 100))).toEqual([]);
  }, 60_000);
});
