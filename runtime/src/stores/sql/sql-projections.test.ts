import { Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database, TestDatabase } from "../../../../test/servers/database.ts";
import { mariadb } from "../../../../test/servers/mariadb.ts";
import { postgres } from "../../../../test/servers/postgres.ts";
import type { ProjectionRecord, ProjectionStore, ProjectionTransaction } from "../../journal/projection-store.ts";
import type { Store } from "../../journal/store.ts";
import { appendOf } from "../testdata/appends.ts";
import { notesRecord as one, notesTable as table } from "../testdata/notes.ts";
import { mysqlStore } from "./mysql.ts";
import { postgresStore } from "./postgres.ts";

type Projecting = Store & { readonly projections: ProjectionStore };

// biome-ignore lint/suspicious/noExplicitAny: tables of tests
type Tx = Kysely<any>;

const two: ProjectionRecord = { ...one, version: 2, role: "building" };
const move = (shard: number, from = 0) => ({ shard, from, to: from + 1 });

const servers: readonly { readonly database: Database; readonly store: (url: string) => Projecting }[] = [
  { database: postgres, store: (connectionString) => postgresStore({ connectionString }) },
  { database: mariadb, store: (connectionString) => mysqlStore({ connectionString }) },
];

for (const { database, store: storeAt } of servers) {
  const { name, family, skipped } = database;
  describe.skipIf(skipped !== undefined)(`projections in ${name}${skipped ? ` [${skipped}]` : ""}`, () => {
    let place: TestDatabase;
    let store: Projecting;
    let projections: ProjectionStore;
    beforeAll(async () => {
      place = await database.open();
      store = storeAt(place.url ?? "");
      await store.open?.([]);
      ({ projections } = store);
    });
    afterAll(async () => {
      await store.close?.();
      await place.close();
    });

    async function begin(): Promise<void> {
      for (const of of [one, two]) {
        await projections.remove(of, table);
        await projections.add(of, [0, 0], table);
      }
    }
    /** Kills a connection from another one. */
    async function killConnection(tx: Tx): Promise<void> {
      const own = family === "postgres" ? sql`select pg_backend_pid() as id` : sql`select connection_id() as id`;
      const { rows: found } = await own.execute(tx);
      const id = Number((found[0] as { id: unknown }).id);
      await using admin = openAdmin(place);
      const kill = family === "postgres" ? sql`select pg_terminate_backend(${id})` : sql`kill ${sql.lit(id)}`;
      await kill.execute(admin);
    }
    const write = (of: ProjectionRecord, from: number, text: string) =>
      projections.advance(of, [move(0, from)], ({ rows }) => rows(table).upsert({ id: `${from}` }, { text }));

    test("a handler that catches a deadlock keeps nothing, and is told to come again", async () => {
      await begin();
      await projections.advance(one, [move(0)], async ({ rows }) => {
        for (const id of ["a", "b"]) await rows(table).upsert({ id }, { text: "old" });
      });
      const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
      let caught = 0;
      const cross = (side: 0 | 1, from: number) =>
        projections.advance(one, [move(side, from)], async ({ rows }) => {
          const [first, second] = side === 0 ? ["a", "b"] : ["b", "a"];
          await rows(table).upsert({ id: first }, { text: `new ${side}` });
          both[side].resolve();
          await both[1 - side]?.promise;
          await rows(table)
            .upsert({ id: second }, { text: `new ${side}` })
            .catch(() => {
              caught++;
            });
          await rows(table)
            .upsert({ id: `late ${side}` }, {})
            .catch(() => undefined);
        });
      const outcomes = await Promise.allSettled([cross(0, 1), cross(1, 0)]);
      expect(caught).toBe(1);
      const lost = outcomes.findIndex(({ status }) => status === "rejected");
      expect(outcomes[lost]).toMatchObject({
        reason: { code: "unavailable", message: expect.stringContaining("it has to be done again") },
      });
      expect(outcomes[1 - lost]).toEqual({ status: "fulfilled", value: true });
      expect(await projections.offsets(one)).toEqual(lost === 0 ? [1, 1] : [2, 0]);
      let rows: unknown[] = [];
      await projections.advance(one, [{ shard: 0, from: lost === 0 ? 1 : 2, to: 3 }], async ({ tx }) => {
        rows = await (tx as Tx).selectFrom("notes").select(["id", "text"]).orderBy("id").execute();
      });
      const text = `new ${1 - lost}`;
      expect(rows).toEqual([
        { id: "a", text },
        { id: "b", text },
        { id: `late ${1 - lost}`, text: "" },
      ]);
    });

    test("a connection that breaks in the work is a failure of the store, and nothing was done", async () => {
      await begin();
      const failed = projections.advance(one, [move(0)], async ({ rows, tx }) => {
        await rows(table).upsert({ id: "a" }, {});
        await killConnection(tx as Tx);
        await rows(table)
          .upsert({ id: "b" }, {})
          .catch(() => undefined);
        throw new Error("whatever the handler makes of it");
      });
      await expect(failed).rejects.toMatchObject({ code: "unavailable" });
      expect(await projections.offsets(one)).toEqual([0, 0]);
      expect(await write(one, 0, "again")).toBe(true);
    });

    test("an append that is tried again says what was projected in the last try alone", async () => {
      await begin();
      const admin = storeAt(place.url ?? "");
      await admin.open?.([]);
      const calls: string[] = [];
      const breaks = async (_: unknown, { tx }: ProjectionTransaction) => {
        calls.push("two");
        if (calls.length > 2) return;
        await killConnection(tx as Tx);
        await admin.projections.remove(one, undefined);
        await sql`select 1`.execute(tx as Tx);
      };
      const append = appendOf("tried-again", 0, { shard: 0 });
      const appended = await projections.append?.(
        [append],
        [
          { name: "notes", version: 1, project: async () => void calls.push("one") },
          { name: "notes", version: 2, project: breaks },
        ],
      );
      await admin.close?.();
      expect(calls).toEqual(["one", "two", "two"]);
      expect(appended).toMatchObject({ results: [{ stored: true }], projected: [{ name: "notes", version: 2 }] });
      expect(await store.events.load(append.entityType, append.entityId)).toHaveLength(1);
    });

    if (family === "postgres") {
      test("a handler that catches what ends its transaction is told so, and nothing was done", async () => {
        await begin();
        const failed = projections.advance(one, [move(0)], async ({ tx }) => {
          await sql`select * from nowhere`.execute(tx as Tx).catch(() => undefined);
        });
        await expect(failed).rejects.toMatchObject({
          code: "handler_failed",
          message: expect.stringContaining('relation "nowhere" does not exist'),
        });
        expect(await projections.offsets(one)).toEqual([0, 0]);
      });
    } else {
      const interruptions = { "before the tables were renamed": false, "after the tables were renamed": true };
      test.each(Object.entries(interruptions))(
        "a promotion that ended %s writes nothing, and goes on when it is done again",
        async (_, renamed) => {
          await begin();
          await write(one, 0, "one");
          await write(two, 0, "two");
          await projections.advance(two, [move(1)], async ({ tx }) => {
            await sql`update ego_projections set role = case version when 1 then 'demoting' else 'promoting' end`.execute(
              tx as Tx,
            );
          });
          if (renamed) {
            await using admin = openAdmin(place);
            await sql`rename table notes to notes__v1, notes__v2 to notes`.execute(admin);
          }
          for (const of of [one, two]) {
            await expect(write(of, 1, "wrong")).rejects.toMatchObject({
              code: "unavailable",
              message: expect.stringContaining("was interrupted"),
            });
            await expect(projections.reset(of, [0, 0], table, 9)).rejects.toMatchObject({ code: "unavailable" });
          }
          expect((await projections.list()).map(({ role }) => role)).toEqual(["live", "building"]);

          // Also if the way back is asked for: the promotion is finished before.
          expect(await projections.promote(renamed ? two : one, table)).toBe(true);
          const live = renamed ? two : one;
          expect((await projections.list()).find(({ role }) => role === "live")?.version).toBe(live.version);
          for (const of of [one, two]) await write(of, 1, of === one ? "one" : "two");
          await using admin = openAdmin(place);
          const texts = async (from: string) =>
            (await admin.selectFrom(from).select("text").execute()).map(({ text }) => text);
          expect(await texts("notes")).toEqual(renamed ? ["two", "two"] : ["one", "one"]);
          expect(await texts(renamed ? "notes__v1" : "notes__v2")).toEqual(renamed ? ["one", "one"] : ["two", "two"]);
        },
      );
    }
  });
}

function openAdmin(place: TestDatabase): Tx {
  return new Kysely({ dialect: place.dialect() });
}
