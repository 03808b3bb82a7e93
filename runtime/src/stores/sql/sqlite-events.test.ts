import { Kysely } from "kysely";
import { expect, test } from "vitest";
import type { Append } from "../../journal/event-store.ts";
import { appendOf, temporaryFolder } from "../testdata/appends.ts";
import { migrate } from "./migrations/migrate.ts";
import { sqliteMigrations } from "./migrations/sqlite.ts";
import { packAppends, unpackAppendResults, unpackEvents } from "./packing.ts";
import type { JournalDatabase } from "./schema.ts";
import { openConnection } from "./sqlite-connection.ts";
import { connectionDialect } from "./sqlite-dialect.ts";
import { openEvents } from "./sqlite-events.ts";
import { sqliteFailure } from "./sqlite-failure.ts";
import { openNames } from "./sqlite-names.ts";
import { openNodeSqlite } from "./sqlite-node.ts";

// What runs in the worker, without the worker: failures that a file alone does not give.

async function openJournal(filename: string) {
  const connection = openConnection({ filename, synchronous: "FULL", busyTimeoutMs: 100 }, openNodeSqlite);
  const db = new Kysely<JournalDatabase>({ dialect: connectionDialect(connection.database) });
  const { shardCount } = await migrate(db, { migrations: sqliteMigrations, journal: filename });
  const events = openEvents(connection, db, openNames(connection, db), shardCount);
  return {
    connection,
    append: (batch: readonly Append[]) => unpackAppendResults(events.append(packAppends(batch))),
    load: (entityId: string) =>
      unpackEvents(events.load({ entityType: "account", entityId, from: 1, to: 1_000, limit: -1 })),
    [Symbol.dispose]: () => connection.close(),
  };
}

test("a full disk stores nothing of the batch, says so, and the journal goes on when there is room", async () => {
  using folder = temporaryFolder();
  const filename = `${folder.path}/full.db`;
  using journal = await openJournal(filename);
  journal.append([appendOf("a", 0)]);
  const { database } = journal.connection;
  const pages = Number(database.prepare("pragma page_count").get()?.page_count);
  database.exec(`pragma max_page_count = ${pages + 2}`);

  const large = { type: "t", payload: new Uint8Array(1 << 20) };
  const batch = [appendOf("a", 1), appendOf("b", 0, { events: [large] })];
  let failure: unknown;
  try {
    journal.append(batch);
  } catch (thrown) {
    failure = sqliteFailure(thrown, filename);
  }
  expect(failure).toMatchObject({ code: "unavailable", details: { filename } });
  expect(String(failure)).toContain(`The disk of the database ${JSON.stringify(filename)} is full. Make room; nothing`);
  expect(journal.load("a")).toHaveLength(1);

  database.exec("pragma max_page_count = 1000000");
  // What was decided on top of the lost batch is refused.
  expect(journal.append([appendOf("a", 2)])).toEqual([{ stored: false, head: 1 }]);
  expect(journal.append(batch).map((result) => result.stored)).toEqual([true, true]);
  expect(journal.load("a").map((event) => event.position)).toEqual([1, 2]);
});

test("a position that is taken is data loss, and the journal is not written any more", async () => {
  using folder = temporaryFolder();
  using journal = await openJournal(`${folder.path}/torn.db`);
  const { shard } = appendOf("a", 0);
  journal.append([appendOf("a", 0)]);
  // On the same connection, so that SQLite does not report that another one wrote.
  journal.connection.database.exec(
    `insert into ego_events (shard, position, entity_type, entity_id, revision, event_type, payload, metadata, recorded_at)
     values (${shard}, 2, 1, 'somebody else', 1, 1, x'', x'', 0)`,
  );
  const lost = expect.objectContaining({ code: "data_loss" });
  expect(() => journal.append([appendOf("b", 0), appendOf("a", 1)])).toThrow(lost);
  expect(journal.load("b")).toEqual([]);
  expect(() => journal.append([appendOf("c", 0)])).toThrow(lost);
  expect(journal.load("a")).toHaveLength(1);
});

test("a gap in an entity's revisions is data loss", async () => {
  using folder = temporaryFolder();
  using journal = await openJournal(`${folder.path}/gap.db`);
  journal.append([appendOf("a", 0)]);
  journal.connection.database.exec("update ego_events set revision = 3 where entity_id = 'a'");
  expect(() => journal.append([appendOf("a", 1, { count: 2 })])).toThrow(
    expect.objectContaining({ code: "data_loss" }),
  );
});

test("a batch in which everything is refused commits nothing, so it costs no sync", async () => {
  using folder = temporaryFolder();
  using journal = await openJournal(`${folder.path}/refused.db`);
  journal.append([appendOf("a", 0)]);
  const before = journal.connection.statistics();
  journal.append([appendOf("a", 0), appendOf("b", 4)]);
  expect(journal.connection.statistics()).toEqual(before);
  journal.append([appendOf("a", 1), appendOf("b", 0)]);
  expect(journal.connection.statistics()).toEqual({
    ...before,
    transactions: before.transactions + 1,
  });
});
