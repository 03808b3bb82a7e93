import { DatabaseSync } from "node:sqlite";
import { create, toBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import {
  AccountClosedSchema,
  AccountCreditedSchema,
  AccountOpenedSchema,
} from "../../../examples/bank/src/gen/bank/v1/account_pb.ts";
import { pageSize } from "../entity/event-pages.ts";
import type { NewEvent } from "../journal/event-store.ts";
import { shardOf } from "../journal/hash.ts";
import type { Store } from "../journal/store.ts";
import { type FaultyStore, faultyStore } from "../testing/faulty-store.ts";
import { type Bank, failureOf, freshId, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases, sqliteJournal } from "./testdata/journals.ts";

const opened: NewEvent = {
  type: AccountOpenedSchema.typeName,
  payload: toBinary(AccountOpenedSchema, create(AccountOpenedSchema, { ownerEmail: "ann@example.org" })),
};
const credited = (accountId: string): NewEvent => ({
  type: AccountCreditedSchema.typeName,
  payload: toBinary(AccountCreditedSchema, create(AccountCreditedSchema, { accountId, amountCents: 1n })),
});

/** Stores the first events of an entity, through the store of an engine that knows nothing of it. */
async function write(store: Store, entityId: string, events: readonly NewEvent[]): Promise<void> {
  const shard = shardOf("account", entityId, store.events.shardCount);
  const append = { entityType: "account", entityId, shard, expectedRevision: 0, events };
  await store.events.append([{ ...append, metadata: new Uint8Array(0), commandId: entityId, recordedAt: 1_000 }]);
}

describe.each(journalCases)("an entity that is read again, on $name", ({ journal }) => {
  let journaled: Journal;
  let store: FaultyStore;
  let bank: Bank;

  beforeAll(async () => {
    journaled = journal();
    store = faultyStore(journaled.store());
    bank = await startBank(store);
  });
  afterAll(async () => {
    await bank[Symbol.asyncDispose]();
    journaled[Symbol.dispose]();
  });

  test("is what it was, and goes on from there", async () => {
    const { id, client } = await bank.opened(5n);
    await client.creditAccount({ amountCents: 7n });
    await using later = await startBank(journaled.store());

    expect(await later.engine.state(account, id)).toMatchObject({
      revision: 3,
      state: { accountId: id, ownerEmail: "ann@example.org", balanceCents: 12n },
    });
    expect((await later.accounts.get(id).debitAccount({ amountCents: 12n })).revision).toBe(4);
  });

  test("is read by the page, to the last event, also where pages end", async () => {
    const counts = [pageSize - 1, pageSize, pageSize + 1, 2 * pageSize];
    const ids = counts.map(freshId);
    for (const [i, id] of ids.entries()) {
      const events = Array.from({ length: (counts[i] ?? 0) - 1 }, () => credited(id));
      await write(store, id, [opened, ...events]);
    }

    for (const [i, id] of ids.entries()) {
      const revision = counts[i] ?? 0;
      const state = { balanceCents: BigInt(revision - 1) };
      expect(await bank.engine.state(account, id)).toMatchObject({ revision, state });
    }
  });

  test("is read once for all commands that come while it is read", async () => {
    const id = freshId();
    await write(store, id, [opened]);
    const loadsBefore = store.callsOf("events.load").length;

    const sent = Array.from({ length: 10 }, () => bank.accounts.get(id).creditAccount({ amountCents: 1n }));
    const replies = await Promise.all(sent);
    await bank.accounts.get(id).creditAccount({ amountCents: 1n });

    expect(store.callsOf("events.load").length - loadsBefore).toBe(1);
    expect(replies.map((reply) => reply.revision)).toEqual(Array.from({ length: 10 }, (_, i) => i + 2));
  });

  test("with an event of a type that nobody knows is not activated: the failure names it, and others live on", async () => {
    const id = freshId();
    await write(store, id, [opened, { type: "bank.v1.AccountFrozen", payload: new Uint8Array(0) }]);

    const failure = await failureOf(bank.accounts.get(id).creditAccount({ amountCents: 1n }));

    expect(failure.code).toBe("unsupported");
    const facts = { entity: "account", entityId: id, revision: 2, type: "bank.v1.AccountFrozen" };
    expect(failure.details).toEqual(facts);
    expect(failure.message).toContain("bank.v1.AccountFrozen");
    expect(bank.log.at(-1)).toMatchObject({ facts });
    expect((await bank.opened(1n)).client).toBeDefined();
  });

  test("with an event that cannot be decoded is not activated, and the failure names it", async () => {
    const id = freshId();
    await write(store, id, [opened, { type: AccountClosedSchema.typeName, payload: Uint8Array.of(255) }]);

    expect(await failureOf(bank.engine.state(account, id))).toMatchObject({
      code: "data_loss",
      details: { entity: "account", entityId: id, revision: 2, type: "bank.v1.AccountClosed" },
    });
  });

  test("whose applier throws is not activated: the failure names it, others live on, and it is tried again", async () => {
    const id = freshId();
    await write(store, id, [opened, credited(id), credited(id)]);
    const cause = new Error("no such currency");
    bank.script(id, {
      events: {
        accountCredited() {
          throw cause;
        },
      },
    });
    const client = bank.accounts.get(id);

    const failures = await Promise.all([1, 2].map(() => failureOf(client.creditAccount({ amountCents: 1n }))));

    for (const failure of failures) {
      expect(failure).toMatchObject({ code: "handler_failed", cause });
      expect(failure.details).toEqual({
        entity: "account",
        entityId: id,
        revision: 2,
        type: AccountCreditedSchema.typeName,
      });
    }
    const { client: other } = await bank.opened();
    expect((await other.creditAccount({ amountCents: 1n })).revision).toBe(2);
    bank.script(id, {});
    bank.engine.restartEntity(account, id);
    expect(await client.creditAccount({ amountCents: 1n })).toMatchObject({ revision: 4, state: { balanceCents: 3n } });
  });

  test("with a gap in its history is not activated", async () => {
    const id = freshId();
    await write(store, id, [opened, credited(id), credited(id)]);
    store.when("events.load").does(async (_, next) => (await next()).filter((event) => event.revision !== 2));

    const failure = await failureOf(bank.engine.state(account, id));

    expect(failure).toMatchObject({ code: "data_loss", details: { entityId: id, revision: 3 } });
    bank.engine.restartEntity(account, id);
    expect((await bank.engine.state(account, id)).revision).toBe(3);
  });
});

describe("a journal in a file", () => {
  test("of a newer format is not opened, and the failure says so", async () => {
    using journaled = sqliteJournal();
    await (await startBank(journaled.store())).engine.stop();
    const database = new DatabaseSync(journaled.filename);
    database.exec("update ego_meta set value = '1000' where name = 'format'");
    database.close();

    const failure = await failureOf(startBank(journaled.store()));

    expect(failure.code).toBe("unsupported");
    expect(failure.message).toContain("format 1000");
  });
});
