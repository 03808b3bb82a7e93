import { expect, test } from "vitest";
import { systemTiming } from "../../clock/clock.ts";
import { appendOf } from "../testdata/appends.ts";
import type { SqlConnection } from "./sql-driver.ts";
import type { SqlJournal } from "./sql-journal.ts";
import { SqlLane } from "./sql-lane.ts";
import type { SqlNames } from "./sql-names.ts";

test("a lane leaves a connection to a server beside which another one was found", async () => {
  let epoch = 0;
  const made: (SqlConnection & { closed: boolean })[] = [];
  const used: SqlConnection[] = [];
  const lane = new SqlLane({
    names: { known: () => new Map([["account", 1]]) } as Partial<SqlNames<SqlConnection>> as SqlNames<SqlConnection>,
    journal: {
      async append(connection, { shards }) {
        used.push(connection);
        return { base: shards.map(() => 0) };
      },
    } as Partial<SqlJournal<SqlConnection>> as SqlJournal<SqlConnection>,
    async connect() {
      const connection = {
        lost: false,
        closed: false,
        async close() {
          connection.closed = true;
        },
      };
      made.push(connection);
      return connection;
    },
    kindOf: () => undefined,
    reconnectMs: 0,
    timing: systemTiming,
    epoch: () => epoch,
  });
  await lane.append([appendOf("a", 0)]);
  await lane.append([appendOf("a", 1)]);
  epoch++;
  expect(await lane.append([appendOf("a", 2)])).toMatchObject([{ stored: true }]);
  await lane.close();

  expect(used).toEqual([made[0], made[0], made[1]]);
  expect(made.map(({ closed }) => closed)).toEqual([true, true]);
});
