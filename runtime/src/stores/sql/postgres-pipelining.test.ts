import { type Kysely, sql } from "kysely";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestDatabase } from "../../../../test/servers/database.ts";
import { postgres } from "../../../../test/servers/postgres.ts";
import { systemTiming, type Timing } from "../../clock/clock.ts";
import { createPgPool, type PgClient, type PgPool, pgDriver } from "./pg-driver.ts";
import type { JournalDatabase } from "./schema.ts";

describe.skipIf(postgres.skipped !== undefined)(
  `transactions that pipeline${postgres.skipped ? ` [${postgres.skipped}]` : ""}`,
  () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await postgres.open();
    });
    afterAll(() => database.close());

    interface Given {
      readonly db: Kysely<JournalDatabase>;
      /** What was asked of the server, and answered by it, in that order. */
      readonly told: readonly string[];
    }

    /** A driver whose clients tell what they are asked; another text goes to the server if one is given. */
    async function withDriver(
      work: (given: Given) => Promise<void>,
      timing: Timing = systemTiming,
      textFor = (text: string) => text,
    ): Promise<void> {
      const pool = await createPgPool(database.url ?? "");
      const told: string[] = [];
      (pool as Pool).on("connect", (client) => {
        const query = client.query.bind(client) as (text: string, values?: unknown[]) => Promise<unknown>;
        const telling = async (text: string, values?: unknown[]) => {
          told.push(`asked ${text}`);
          const result = await query(textFor(text), values);
          told.push(`answered ${text}`);
          return result;
        };
        Object.assign(client, {
          query: (text: string, values?: unknown[]) =>
            text.startsWith("select") ? query(text, values) : telling(text, values),
        } satisfies Partial<PgClient>);
      });
      const driver = pgDriver(pool, true, { timing, timeoutMs: 30_000 });
      await sql`create table if not exists public.things (id int primary key)`.execute(driver.db);
      await sql`delete from public.things`.execute(driver.db);
      told.length = 0;
      try {
        await work({ db: driver.pipelined as Kysely<JournalDatabase>, told });
      } finally {
        await driver.close();
      }
    }

    const insert = (db: Kysely<JournalDatabase>, id: number) =>
      sql`insert into public.things values (${sql.lit(id)})`.execute(db);
    const ids = async (db: Kysely<JournalDatabase>) =>
      (await sql<{ id: number }>`select id from public.things order by id`.execute(db)).rows.map(({ id }) => id);

    test("send what they are asked before they have begun, and are done in order", () =>
      withDriver(async ({ db, told }) => {
        await db.transaction().execute(async (trx) => {
          await Promise.all([insert(trx, 1), insert(trx, 2)]);
          expect(await ids(trx)).toEqual([1, 2]);
        });
        expect(told.slice(0, 4)).toEqual([
          "asked begin",
          "asked insert into public.things values (1)",
          "asked insert into public.things values (2)",
          "answered begin",
        ]);
        expect(told.slice(-2)).toEqual(["asked commit", "answered commit"]);
        expect(await ids(db)).toEqual([1, 2]);
      }));

    test("are rolled back when a statement fails, and those behind it fail, too", () =>
      withDriver(async ({ db }) => {
        const done = db.transaction().execute(async (trx) => {
          const outcomes = await Promise.allSettled([insert(trx, 1), insert(trx, 1), insert(trx, 2)]);
          expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
          expect(outcomes[1]).toMatchObject({ reason: { code: "23505" } });
          expect(outcomes[2]).toMatchObject({ reason: { code: "25P02" } });
        });
        // Postgres says so at the commit.
        await expect(done).rejects.toThrow();
        expect(await ids(db)).toEqual([]);
      }));

    test("that could not begin answer nothing, so that nothing follows on it", () =>
      withDriver(
        async ({ db }) => {
          let answered = false;
          const done = db.transaction().execute(async (trx) => {
            await insert(trx, 1);
            answered = true;
            await insert(trx, 2);
          });
          await expect(done).rejects.toMatchObject({ message: "division by zero" });
          expect(answered).toBe(false);
          expect(await ids(db)).not.toContain(2);
        },
        systemTiming,
        (text) => (text === "begin" ? "select 1 / 0" : text),
      ));

    test("wait for the server's answer to one thing at a time: what is before a statement is no part of its time", async () => {
      let running = 0;
      let most = 0;
      const after: Timing["after"] = (...timer) => {
        most = Math.max(most, ++running);
        const callOff = systemTiming.after(...timer);
        return () => {
          running--;
          callOff();
        };
      };
      await withDriver(
        ({ db }) =>
          db.transaction().execute(async (trx) => {
            await Promise.all(Array.from({ length: 20 }, (_, n) => insert(trx, n)));
          }),
        { ...systemTiming, after },
      );
      expect(most).toBe(1);
    });

    test("are for pools that do so: with others, each statement waits for the one before", async () => {
      const pool = new Pool({ connectionString: database.url });
      const driver = pgDriver(pool as unknown as PgPool, true, { timing: systemTiming, timeoutMs: 30_000 });
      expect(driver.pipelined).toBeUndefined();
      await driver.close();
    });
  },
);
