import { mysqlStore } from "@ego/runtime/mysql";
import { postgresStore } from "@ego/runtime/postgres";
import { Kysely, sql } from "kysely";
import { expect, test, vi } from "vitest";
import type { TestDatabase } from "../servers/database.ts";
import { describeDatabases } from "../servers/databases.ts";
import { mariadb } from "../servers/mariadb.ts";
import { postgres } from "../servers/postgres.ts";
import { ego, egoJson, journalProject, runningBank } from "./journal-project.ts";

// Each verb loads the application, and connects to the server.
vi.setConfig({ testTimeout: 120_000 });

describeDatabases(
  ({ family, open }) => {
    const storeOf = (connectionString: string) =>
      family === "postgres" ? postgresStore({ connectionString }) : mysqlStore({ connectionString });

    /** Runs a statement, and gives its rows. */
    async function run(database: TestDatabase, statement: string): Promise<readonly unknown[]> {
      const db = new Kysely<unknown>({ dialect: database.dialect() });
      try {
        return (await sql.raw(statement).execute(db)).rows;
      } finally {
        await db.destroy();
      }
    }

    test("show, tail and verify read the journal, and verify finds what was changed", async () => {
      await using database = await open();
      const url = database.url ?? "";
      const named = ["--store", url];
      const cwd = journalProject();
      {
        await using bank = await runningBank(storeOf(url));
        await bank.account("ann").openAccount({ ownerEmail: "ann@example.org", openingCents: 5n }, { commandId: "c" });
        await bank.item("pen").describeItem({ title: "Pen" });
      }
      const types = await run(database, "select name from ego_types order by name");

      const shown = await egoJson(cwd, "events", "show", "account", "ann", ...named);
      expect(shown).toMatchObject([
        { revision: 1, event: "AccountOpened", payload: { ownerEmail: "ann@example.org" } },
        { revision: 2, event: "AccountCredited", payload: { amountCents: "5" }, commandId: "c" },
      ]);
      expect(await egoJson(cwd, "events", "show", "account", "ann", "--state", ...named)).toMatchObject([
        { revision: 2, state: { balanceCents: "5" } },
      ]);
      expect(await egoJson(cwd, "events", "show", "inventory_item", "pen", ...named)).toMatchObject([
        { revision: 1 },
        { state: { title: "Pen" } },
      ]);
      expect(await egoJson(cwd, "events", "tail", "--from", "start", "--limit", "2", ...named)).toEqual(shown);
      const { exitCode, printed } = await ego(cwd, "verify", ...named);
      expect(printed).toMatch(/: 2 events of 1 entity in 256 shards\nThe journal is sound\.$/);
      expect(exitCode).toBe(0);
      // The types that only the application knows were not stored.
      expect(await run(database, "select name from ego_types order by name")).toEqual(types);

      const shard = shown[0]?.shard;
      await run(database, `delete from ego_shards where shard in (3, ${shard})`);
      await run(database, "update ego_events set shard = 3, position = 1 where revision = 2");
      const [report] = await egoJson(cwd, "verify", ...named);
      expect(report).toMatchObject({
        sound: false,
        places: [
          { kind: "missing_lock", shard: 3, text: "shard 3 has no lock row: nothing can be stored in it" },
          { kind: "missing_lock", shard },
          { kind: "wrong_shard", shard: 3, position: 1, entity: "account", entityId: "ann", revision: 2 },
        ],
      });
    });

    test("an empty database is refused, and stays empty", async () => {
      await using database = await open();
      const named = ["--store", database.url ?? ""];
      for (const verb of [["events", "show", "account", "ann"], ["verify"]]) {
        const { exitCode, printed } = await ego(journalProject(), ...verb, ...named);
        expect({ exitCode, printed }).toEqual({
          exitCode: 2,
          printed: expect.stringMatching(/^There is no journal in /),
        });
      }
      const store = storeOf(database.url ?? "");
      await expect(store.openToRead?.([])).rejects.toMatchObject({ code: "unavailable" });
      const db = new Kysely<unknown>({ dialect: database.dialect() });
      expect(await db.introspection.getTables({ withInternalKyselyTables: true })).toEqual([]);
      await db.destroy();
    });
  },
  [postgres, mariadb],
);
