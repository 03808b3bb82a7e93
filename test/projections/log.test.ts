// The cases of the log, with a projection that reads it: whoever stores what, and however commits interleave, nothing is
// missed, nothing comes twice, and the events of an entity come in their order.
import { create, toBinary } from "@bufbuild/protobuf";
import { type Engine, shardOf } from "@ego/runtime";
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { AccountOpenedSchema } from "../../examples/bank/src/gen/bank/v1/account_pb.ts";
import type { Database } from "../servers/database.ts";
import { describeDatabases } from "../servers/databases.ts";
import { mariadb } from "../servers/mariadb.ts";
import { postgres } from "../servers/postgres.ts";
import { sqlite } from "../servers/sqlite.ts";
import { TimeReader } from "./time-reader.ts";
import {
  caughtUp,
  revisionsOf,
  textsOf,
  type WitnessDatabase,
  WitnessedJournal,
  witness,
} from "./witnessed-journal.ts";

/** How many shards the journal of each database has. */
const shardsOf = ({ family }: Database) => (family === "sqlite" ? 64 : 256);

/** An id whose events are in the same shard as another's, or in another one. */
function idBeside(database: Database, id: string, same: boolean): string {
  const shard = shardOf("account", id, shardsOf(database));
  for (let n = 0; ; n++) {
    const found = `${id}-${n}`;
    if ((shardOf("account", found, shardsOf(database)) === shard) === same) return found;
  }
}

async function expectAllSeen(journal: WitnessedJournal, projection: string): Promise<void> {
  const [seen, stored] = [await journal.seenBy(projection), await journal.stored()];
  expect(textsOf(seen).toSorted()).toEqual(textsOf(stored).toSorted());
  for (const [id, revisions] of revisionsOf(seen)) {
    expect([id, revisions]).toEqual([id, revisions.map((_, index) => index + 1)]);
  }
}

const open = (engine: Engine, id: string, openingCents = 0n) =>
  engine
    .entity(account)
    .get(id)
    .openAccount({ ownerEmail: `${id}@example.org`, openingCents });

describeDatabases((database) => {
  describe("beside sixteen writers", () => {
    let journal: WitnessedJournal;
    let engines: readonly Engine[];
    let last: Engine;
    /** By entity, the command of each of its events. */
    const commands = new Map<string, string[]>();
    beforeAll(async () => {
      journal = await WitnessedJournal.open(database);
      const started: Engine[] = [];
      for (let n = 0; n < 4; n++) started.push(await journal.start([witness("beside", { batchSize: 7, parts: 4 })]));
      engines = started;
      await Promise.all(Array.from({ length: 16 }, (_, writer) => write(writer)));
      last = engines[0] as Engine;
    });
    afterAll(() => journal[Symbol.asyncDispose]());

    /** Commands with two events, with one, and with two. */
    async function write(writer: number): Promise<void> {
      for (let round = 0; round < 2; round++) {
        const id = `w-${writer}-${round}`;
        const client = (engines[writer % engines.length] as Engine).entity(account).get(id);
        const named = (name: string, events: number) => {
          const commandId = `${id}-${name}`;
          commands.set(id, [...(commands.get(id) ?? []), ...Array<string>(events).fill(commandId)]);
          return { commandId };
        };
        await client.openAccount({ ownerEmail: id, openingCents: 5n }, named("open", 2));
        for (let n = 0; n < 3; n++) await client.creditAccount({ amountCents: 1n }, named(`credit-${n}`, 1));
        await client.closeAccount({}, named("close", 2));
      }
    }

    test("all is seen, once, and in order for each entity", async () => {
      await caughtUp(last, "beside");
      await expectAllSeen(journal, "beside");
      expect(await journal.stored()).toHaveLength(16 * 2 * 7);
      expect(journal.log).toEqual([]);
    });

    test.each([1, 3])("a page of %i that ends inside of a command loses nothing of it", async (batchSize) => {
      const name = `pages of ${batchSize}`;
      for (const engine of engines) await engine.addProjection(witness(name, { batchSize }));
      await caughtUp(last, name);

      await expectAllSeen(journal, name);
      const seen = await journal.seenBy(name);
      for (const [id, own] of Map.groupBy(seen, ({ entityId }) => entityId)) {
        expect([id, own.map(({ commandId }) => commandId)]).toEqual([id, commands.get(id)]);
      }
    });
  });

  test("it goes on behind every position", async () => {
    await using journal = await WitnessedJournal.open(database);
    const engine = await journal.start([witness("resumed", { batchSize: 2 })]);
    await open(engine, "long", 1n);
    for (let n = 0; n < 6; n++) await engine.entity(account).get("long").creditAccount({ amountCents: 1n });
    await open(engine, idBeside(database, "long", true));
    await open(engine, idBeside(database, "long", false));
    const stored = await journal.stored();
    const shard = shardOf("account", "long", shardsOf(database));
    const positions = stored.filter((place) => place.shard === shard).map(({ position }) => position);
    expect(positions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);

    for (const behind of positions) {
      await caughtUp(engine, "resumed");
      await journal.db.deleteFrom("seen").execute();
      await engine.projection("resumed").rebuild({ from: engine.positionOf(account, "long", behind) as "start" });
      await caughtUp(engine, "resumed");
      const left = stored.filter((place) => place.shard !== shard || place.position > behind);
      expect(textsOf(await journal.seenBy("resumed")).toSorted()).toEqual(textsOf(left).toSorted());
    }
  });

  test("events of one time are not cut by a page; who reads by time misses some of them", async () => {
    await using journal = await WitnessedJournal.open(database);
    const engine = await journal.start([witness("paged", { batchSize: 3 })], { now: () => 1_700_000_000_000 });
    const byTime = new TimeReader(journal.db, 3);
    for (let n = 0; n < 5; n++) await open(engine, `e-${n}`, 1n);
    await caughtUp(engine, "paged");

    await expectAllSeen(journal, "paged");
    expect((await byTime.read()).length).toBeLessThan(10);
  });

  test("a position that is missing stops it, and it says which", async () => {
    await using journal = await WitnessedJournal.open(database);
    const before = await journal.start([]);
    await open(before, "e", 1n);
    for (let n = 0; n < 3; n++) await before.entity(account).get("e").creditAccount({ amountCents: 1n });
    await before.stop();
    const shard = shardOf("account", "e", shardsOf(database));
    await journal.db.deleteFrom("ego_events").where("shard", "=", shard).where("position", "=", 3).execute();

    const engine = await journal.start([witness("dense", { batchSize: 2 })]);
    const stopped = await stateOf(engine, "dense");
    expect(stopped.failure).toContain(`position 2 of shard ${shard} is followed by 4`);
    expect(journal.log).toContain(stopped.failure);
    expect((await journal.seenBy("dense")).map(({ position }) => position)).toEqual([1, 2]);
    // It does not go on by itself, nor anywhere else.
    const again = await journal.start([witness("dense")]);
    expect((await again.projection("dense").status()).status).toBe("failed");
  });

  test("an offset beyond the end stops it, and it says how far", async () => {
    await using journal = await WitnessedJournal.open(database);
    const engine = await journal.start([witness("ahead")]);
    await open(engine, "e", 1n);
    await caughtUp(engine, "ahead");
    await engine.projection("ahead").pause();
    const shard = shardOf("account", "e", shardsOf(database));
    await journal.db.updateTable("ego_offsets").set({ position: 7 }).where("shard", "=", shard).execute();
    await engine.projection("ahead").resume();

    const { failure } = await stateOf(engine, "ahead");
    expect(failure).toContain(`The journal ends at position 2 of shard ${shard}, and was to be read behind 7`);
  });
});

/** The status of a projection when it has failed. */
async function stateOf(engine: Engine, projection: string) {
  for (;;) {
    const status = await engine.projection(projection).status();
    if (status.status === "failed") return status;
    await new Promise(setImmediate);
  }
}

// PGlite has one connection: nothing goes on beside a transaction that is open.
describeDatabases(
  (database) => {
    describe.each(["rolled back", "committed late"] as const)("a transaction with a position that is %s", (end) => {
      test("holds nothing up for ever, and leaves nothing out", async () => {
        await using journal = await WitnessedJournal.open(database);
        const one = await journal.start([witness("held")]);
        const other = await journal.start([witness("held")]);
        await open(one, "first");
        const held = await hold(journal.db, database, "late");
        const beside = idBeside(database, "late", true);
        const elsewhere = idBeside(database, "late", false);
        const waiting = [open(one, beside)];
        // Where there is one writer, all wait.
        if (database.family === "sqlite") waiting.push(open(other, elsewhere));
        else {
          await open(other, elsewhere);
          await caughtUp(other, "held");
          expect((await journal.seenBy("held")).map(({ entityId }) => entityId)).toEqual(["first", elsewhere]);
        }
        await held.end(end === "rolled back");
        await Promise.all(waiting);
        await caughtUp(one, "held");

        await expectAllSeen(journal, "held");
        const ids = (await journal.seenBy("held")).map(({ entityId }) => entityId);
        const expected = ["first", elsewhere, ...(end === "rolled back" ? [] : ["late"]), beside];
        expect(ids.toSorted()).toEqual(expected.toSorted());
        expect(journal.log).toEqual([]);
      });
    });
  },
  [sqlite, postgres, mariadb],
);

/** A transaction that has stored an event in the way of the store, and is held open. */
async function hold(db: Kysely<WitnessDatabase>, database: Database, id: string) {
  const entered = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const rolledBack = new Error("rolled back");
  const shard = shardOf("account", id, shardsOf(database));
  const payload = toBinary(AccountOpenedSchema, create(AccountOpenedSchema, { accountId: id }));
  const done = db.transaction().execute(async (trx) => {
    if (database.family !== "sqlite") {
      await trx.selectFrom("ego_shards").select("shard").where("shard", "=", shard).forUpdate().execute();
    }
    const idOf = async (name: string) =>
      (await trx.selectFrom("ego_types").select("id").where("name", "=", name).executeTakeFirstOrThrow()).id;
    const { position } = await trx
      .selectFrom("ego_events")
      .select(({ fn }) => fn.max("position").as("position"))
      .where("shard", "=", shard)
      .executeTakeFirstOrThrow();
    await trx
      .insertInto("ego_events")
      .values({
        shard,
        position: Number(position ?? 0) + 1,
        entity_type: await idOf("account"),
        entity_id: id,
        revision: 1,
        event_type: await idOf(AccountOpenedSchema.typeName),
        payload: Buffer.from(payload),
        metadata: Buffer.alloc(0),
        recorded_at: 1,
        command_id: "held",
      })
      .execute();
    entered.resolve();
    await gate.promise;
  });
  const settled = done.catch((failure: unknown) => {
    entered.reject(failure);
    if (failure !== rolledBack) throw failure;
  });
  await entered.promise;
  return {
    async end(rollBack: boolean): Promise<void> {
      if (rollBack) gate.reject(rolledBack);
      else gate.resolve();
      await settled;
    },
  };
}

describeDatabases(
  (database) => {
    // eGo for Go reads so.
    test("a commit that is hidden while later ones are there is not behind the offset; who reads by time never sees it", async () => {
      await using journal = await WitnessedJournal.open(database);
      let time = 1_700_000_000_000;
      const clock = { now: () => ++time };
      const one = await journal.start([witness("hidden")], clock);
      const other = await journal.start([witness("hidden")], clock);
      const byTime = new TimeReader(journal.db, 100);
      await open(one, "first");
      // Shards are read beside each other: what is stored next is seen behind it only now.
      await caughtUp(other, "hidden");
      expect(await byTime.read()).toEqual(["first"]);
      await sql`create function hide() returns trigger language plpgsql as
        $$ begin perform pg_advisory_xact_lock(7); return null; end $$`.execute(journal.db);
      await sql`create trigger hide after insert on ego_events for each row
        when (new.entity_id = 'slow') execute function hide()`.execute(journal.db);
      const locked = Promise.withResolvers<void>();
      const unlock = Promise.withResolvers<void>();
      const locking = journal.db.connection().execute(async (connection) => {
        await sql`select pg_advisory_lock(7)`.execute(connection);
        locked.resolve();
        await unlock.promise;
        await sql`select pg_advisory_unlock(7)`.execute(connection);
      });
      await locked.promise;
      const slow = open(one, "slow");
      await untilBlocked(journal.db);
      const elsewhere = idBeside(database, "slow", false);
      await open(other, elsewhere);
      await caughtUp(other, "hidden");
      expect(await byTime.read()).toEqual(["first", elsewhere]);
      unlock.resolve();
      await Promise.all([locking, slow]);
      await caughtUp(other, "hidden");

      await expectAllSeen(journal, "hidden");
      expect((await journal.seenBy("hidden")).map(({ entityId }) => entityId)).toEqual(["first", elsewhere, "slow"]);
      expect(await byTime.read()).toEqual(["first", elsewhere]);
    });
  },
  [postgres],
);

async function untilBlocked(db: Kysely<WitnessDatabase>): Promise<void> {
  const blocked = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await blocked.execute(db)).rows.length === 0) {}
}
