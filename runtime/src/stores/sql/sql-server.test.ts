import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestDatabase } from "../../../../test/servers/database.ts";
import { mariadb } from "../../../../test/servers/mariadb.ts";
import { postgres } from "../../../../test/servers/postgres.ts";
import { systemTiming } from "../../clock/clock.ts";
import { callbackPool, createMysqlPool, mysqlPoolDriver } from "./mysql-pool-driver.ts";
import { mysqlServerOf } from "./mysql-server.ts";
import { createPgPool, pgDriver } from "./pg-driver.ts";
import { postgresServerOf } from "./postgres-server.ts";
import { type SqlServer, serverWatch } from "./sql-server.ts";

const patience = { timing: systemTiming, timeoutMs: 30_000 };

describe("a watch of servers", () => {
  const a = { id: "a", startedAt: 1_000 };

  test.each<[string, SqlServer, number, boolean]>([
    ["the same one", a, 0, false],
    ["one with another identity", { ...a, id: "b" }, 0, true],
    ["one that was started again", { ...a, startedAt: 1_000.000_001 }, 0, true],
    ["one whose start is told differently by no more than it may", { ...a, startedAt: 1_003 }, 3, false],
    ["one that was started so much earlier", { ...a, startedAt: 996 }, 3, true],
  ])("tells of %s", (_, server, precision, isOther) => {
    const others: unknown[] = [];
    const watch = serverWatch(precision, (before, now) => others.push([before, now]));
    watch.meet(a);
    watch.meet(a);
    expect(watch.epoch).toBe(0);
    watch.meet(server);
    watch.meet(server);
    watch.meet(undefined);
    expect(others).toEqual(isOther ? [[a, server]] : []);
    expect(watch.epoch).toBe(isOther ? 1 : 0);
  });
});

describe.skipIf(postgres.skipped !== undefined)(
  `a server of Postgres${postgres.skipped ? ` [${postgres.skipped}]` : ""}`,
  () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await postgres.open();
    });
    afterAll(() => database.close());

    test("is the same on each connection, and has a start", async () => {
      const driver = pgDriver(await createPgPool(database.url ?? ""), true, patience);
      const connections = [await driver.connect(), await driver.connect()];
      const [one, other] = await Promise.all(connections.map(postgresServerOf));
      for (const connection of connections) await connection.close();
      await driver.close();

      expect(one).toEqual(other);
      expect(one?.id).toMatch(/^\d+\/\d+$/);
      expect(Math.abs(Date.now() / 1_000 - (one?.startedAt ?? 0))).toBeLessThan(24 * 60 * 60);
    });

    test("is known by its address to a user who may not look at the control file", async () => {
      const admin = pgDriver(await createPgPool(database.url ?? ""), true, patience);
      const granting = await admin.connect();
      const run = (text: string) => granting.run({ name: "", text }, []);
      await run("revoke execute on function pg_control_system() from public");
      const user = `plain_${Date.now()}`;
      await run(`create user ${user} password 'plain'`);
      const url = Object.assign(new URL(database.url ?? ""), { username: user, password: "plain" }).href;
      const driver = pgDriver(await createPgPool(url), true, patience);
      const connection = await driver.connect();
      const plain = await postgresServerOf(connection);
      const full = await postgresServerOf(granting);
      await connection.close();
      await driver.close();
      await run(`drop user ${user}`);
      await granting.close();
      await admin.close();

      expect(plain?.id).toMatch(/^127\.0\.0\.1:\d+$/);
      expect(plain?.startedAt).toBe(full?.startedAt);
    });
  },
);

describe.skipIf(mariadb.skipped !== undefined)(
  `a server of MariaDB${mariadb.skipped ? ` [${mariadb.skipped}]` : ""}`,
  () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await mariadb.open();
    });
    afterAll(() => database.close());

    test("is the same on each connection, and has a start", async () => {
      const pool = await createMysqlPool(database.url ?? "");
      const driver = mysqlPoolDriver(callbackPool(pool), true, patience);
      const connections = [await driver.connect(), await driver.connect()];
      const [one, other] = await Promise.all(connections.map(mysqlServerOf));
      for (const connection of connections) await connection.close();
      await driver.close();

      expect(one?.id).toBe(other?.id);
      expect(one?.id).toMatch(/hostname .*port \d+.*server_id \d+/);
      expect(Math.abs((one?.startedAt ?? 0) - (other?.startedAt ?? 0))).toBeLessThanOrEqual(3);
      expect(Math.abs(Date.now() / 1_000 - (one?.startedAt ?? 0))).toBeLessThan(24 * 60 * 60);
    });
  },
);
