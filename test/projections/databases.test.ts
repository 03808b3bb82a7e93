import { mysqlStore } from "@ego/runtime/mysql";
import { postgresStore } from "@ego/runtime/postgres";
import { Kysely, sql } from "kysely";
import { expect, test, vi } from "vitest";
import { ego } from "../events/journal-project.ts";
import type { TestDatabase } from "../servers/database.ts";
import { describeDatabases } from "../servers/databases.ts";
import { mariadb } from "../servers/mariadb.ts";
import { postgres } from "../servers/postgres.ts";
import { balancesOf, caughtUp, engineOf, opened, projectionsProject } from "./projections-project.ts";

// Each verb loads the application, connects to the server, and waits for an engine.
vi.setConfig({ testTimeout: 120_000 });

describeDatabases(
  ({ family, open }) => {
    async function run(database: TestDatabase, statement: string): Promise<void> {
      const db = new Kysely<unknown>({ dialect: database.dialect() });
      await sql.raw(statement).execute(db);
      await db.destroy();
    }

    test("projections are listed, paused, resumed and rebuilt while an engine runs them, and audited", async () => {
      await using database = await open();
      const url = database.url ?? "";
      const cwd = projectionsProject();
      const projections = (...args: readonly string[]) => ego(cwd, "projections", ...args, "--store", url);
      const store =
        family === "postgres" ? postgresStore({ connectionString: url }) : mysqlStore({ connectionString: url });
      {
        await using engine = await engineOf(cwd, [balancesOf], store);
        await opened(engine, "ann", "bob");
        await caughtUp(engine, "balances");
        expect((await projections("list")).printed).toMatch(/^balances +1 +live +running +0 +- +0 +4 +1$/m);
        expect((await projections("status", "balances")).printed.match(/^ {2}part \d of 4: \S+\/\d+\//gm)).toHaveLength(
          4,
        );
        expect(await projections("pause", "balances")).toMatchObject({
          exitCode: 0,
          printed: expect.stringMatching(/^balances is paused\. It was given up by /),
        });
        await opened(engine, "cid");
        expect((await projections("list")).printed).toMatch(/^balances +1 +live +paused +2 +\d+ s +0 +4 +0$/m);
        expect((await projections("resume", "balances")).exitCode).toBe(0);
        await caughtUp(engine, "balances");
        expect(await projections("rebuild", "balances", "--yes")).toMatchObject({
          exitCode: 0,
          printed: expect.stringMatching(/^balances has been rebuilt: 6 events in /),
        });
        expect((await projections("rebuild", "balances", "--blue-green", "--promote")).printed).toMatch(
          /^Version 2 of balances is live now/,
        );
      }
      expect((await ego(cwd, "verify", "--store", url)).printed).toMatch(/\nThe journal is sound\.$/);
      await run(database, "delete from ego_offsets where version = 1 and shard = 200");
      await run(database, "update ego_offsets set position = 9 where version = 2 and shard = 3");
      expect((await ego(cwd, "verify", "--store", url)).printed).toMatch(
        /\n {2}version 1 of projection "balances" has no offset of shard 200: it does not read it\n {2}version 2 of projection "balances" is at position 9 of shard 3, which ends at 0\n/,
      );
    });
  },
  [postgres, mariadb],
);
