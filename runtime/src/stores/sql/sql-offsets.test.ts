import { Kysely, sql } from "kysely";
import { describe, expect, test } from "vitest";
import { postgres } from "../../../../test/servers/postgres.ts";
import { notesRecord } from "../testdata/notes.ts";
import { postgresStore } from "./postgres.ts";
import type { JournalDatabase } from "./schema.ts";
import { ofLockedShards } from "./sql-offsets.ts";

describe.skipIf(postgres.skipped !== undefined)(`offsets${postgres.skipped ? ` [${postgres.skipped}]` : ""}`, () => {
  test("are locked once by a statement, however many there are", async () => {
    const database = await postgres.open();
    const store = postgresStore({ connectionString: database.url ?? "" });
    await store.open?.([]);
    const of = notesRecord;
    const count = 256;
    await store.projections.add({ ...of, parts: 4 }, new Array(count).fill(0), undefined);
    const db = new Kysely<JournalDatabase>({ dialect: database.dialect() });
    const shards = Array.from({ length: count / 4 }, (_, n) => n * 4);
    const fencing = db
      .updateTable("ego_offsets")
      .set({ fence: "x" })
      .where("projection", "=", of.name)
      .where("version", "=", of.version)
      .where((eb) => ofLockedShards(eb, of, shards));
    const { rows } = await sql<Record<string, string>>`explain (analyze, timing off) ${fencing}`.execute(db);
    const lines = rows.map((row) => String(Object.values(row)[0]));
    await db.destroy();
    await store.close?.();
    await database.close();

    const locking = lines.filter((line) => line.includes("LockRows"));
    expect(locking).toHaveLength(1);
    expect(locking[0]).toContain("loops=1)");
    expect(locking[0]).toMatch(/actual rows=64(\.00)? /);
  });
});
