import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import {
  AccountIsClosedSchema,
  CreditAccountSchema,
  DebitAccountSchema,
} from "../../../examples/bank/src/gen/bank/v1/account_pb.ts";
import { EgoError } from "../error/ego-error.ts";
import { RejectedError } from "../error/rejected-error.ts";
import { shardOf } from "../journal/hash.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { all, type Bank, failureOf, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";

describe.each(journalCases)("a command, on $name", ({ journal, shards }) => {
  let journaled: Journal;
  let bank: Bank;

  beforeAll(async () => {
    journaled = journal();
    bank = await startBank(journaled.store());
  });
  afterAll(async () => {
    await bank[Symbol.asyncDispose]();
    journaled[Symbol.dispose]();
  });

  test("that succeeds answers the new state, its revision, when it was recorded, and its position", async () => {
    const id = bank.fresh();
    const before = Date.now();

    const reply = await bank.accounts.get(id).openAccount({ ownerEmail: "ann@example.org", openingCents: 250n });

    expect(reply.state).toMatchObject({ accountId: id, ownerEmail: "ann@example.org", balanceCents: 250n });
    expect(reply.revision).toBe(2);
    expect(reply.repeated).toBe(false);
    expect(reply.recordedAt.getTime()).toBeGreaterThanOrEqual(before);
    expect(reply.recordedAt.getTime()).toBeLessThanOrEqual(Date.now());
    const recorded = await all(bank.engine.history(account, id));
    expect(recorded.map(({ name, revision }) => [name, revision])).toEqual([
      ["accountOpened", 1],
      ["accountCredited", 2],
    ]);
    expect(recorded.at(-1)).toMatchObject({ position: reply.position, recordedAt: reply.recordedAt });
    expect(recorded[0]?.shard).toBe(shardOf("account", id, shards));
    expect(recorded[1]?.position).toBe((recorded[0]?.position ?? 0) + 1);
  });

  test("whose handler returns no events answers the current state and revision, and stores nothing", async () => {
    const { id, client } = await bank.opened(10n);
    const closed = await client.closeAccount();

    const again = await client.closeAccount();

    expect(again).toMatchObject({ revision: closed.revision, repeated: false });
    expect(again.state).toEqual(closed.state);
    expect(await all(bank.engine.history(account, id))).toHaveLength(4);
  });

  test("that is rejected throws a RejectedError with the case and the rejection", async () => {
    const { id, client } = await bank.opened(30n);

    const failure = await failureOf(client.debitAccount({ amountCents: 100n }));

    expect(failure).toBeInstanceOf(RejectedError);
    expect(failure).toBeInstanceOf(EgoError);
    expect(failure).toMatchObject({
      code: "rejected",
      retryable: false,
      case: "insufficientFunds",
      rejection: { $typeName: "bank.v1.InsufficientFunds", missingCents: 70n },
      details: { entity: "account", entityId: id },
    });
  });

  test("that is rejected returns the rejection as its outcome, and leaves the entity alive and as it was", async () => {
    const { id, client } = await bank.opened(30n);

    const outcome = await client.debitAccount({ amountCents: 100n }).outcome();

    expect(outcome).toEqual({
      case: "insufficientFunds",
      rejection: expect.objectContaining({ $typeName: "bank.v1.InsufficientFunds", missingCents: 70n }),
    });
    const accepted = await client.debitAccount({ amountCents: 30n }).outcome();
    expect(accepted).toMatchObject({ case: "accepted", revision: 3, state: { balanceCents: 0n } });
    expect(await all(bank.engine.history(account, id))).toHaveLength(3);
  });

  test("that is asked for its outcome leaves no unhandled rejection, whichever way it ends", async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (cause: unknown) => unhandled.push(cause);
    process.on("unhandledRejection", onUnhandled);
    try {
      const { client } = await bank.opened(30n);
      expect(await client.debitAccount({ amountCents: 100n }).outcome()).toMatchObject({ case: "insufficientFunds" });
      const failure = await failureOf(client.openAccount({}).outcome());
      expect(failure.code).toBe("already_exists");
      // Unhandled rejections are told after the microtasks, before the next turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).toEqual([]);
    } finally {
      process.off("unhandledRejection", onUnhandled);
    }
  });

  test("is a promise: then, catch and finally work, and a rejection goes to the second handler", async () => {
    const { client } = await bank.opened(30n);
    const order: string[] = [];

    const revision = await client.creditAccount({ amountCents: 1n }).then((reply) => reply.revision);
    const caught = await client
      .debitAccount({ amountCents: 1_000n })
      .finally(() => order.push("finally"))
      .catch((failure: unknown) => failure);
    const handled = await client.debitAccount({ amountCents: 1_000n }).then(
      () => "fulfilled",
      (failure: unknown) => (failure instanceof RejectedError ? failure.case : "another failure"),
    );

    expect(revision).toBe(3);
    expect(caught).toBeInstanceOf(RejectedError);
    expect(order).toEqual(["finally"]);
    expect(handled).toBe("insufficientFunds");
  });

  test("whose precondition fails is not decided, and the failure says why", async () => {
    let calls = 0;
    const { id, client } = await bank.opened();
    const unknown = bank.fresh();
    for (const one of [id, unknown]) {
      bank.script(one, {
        commands: {
          openAccount: () => {
            calls++;
            return [];
          },
          creditAccount: () => {
            calls++;
            return [];
          },
        },
      });
    }

    expect(await failureOf(client.openAccount({}))).toMatchObject({
      code: "already_exists",
      details: { entityId: id },
    });
    const absent = await failureOf(bank.accounts.get(unknown).creditAccount({ amountCents: 1n }));
    expect(absent).toMatchObject({ code: "not_found", details: { entity: "account", entityId: unknown } });
    expect(calls).toBe(0);
    expect(await bank.engine.entityExists(account, unknown)).toBe(false);
  });

  test("with the expected revision is carried out, with another one it is a conflict and is not retried", async () => {
    const { id, client } = await bank.opened(5n);
    let calls = 0;
    bank.script(id, {
      commands: {
        creditAccount(command, { emit }) {
          calls++;
          return emit.accountCredited({ amountCents: command.amountCents });
        },
      },
    });

    const right = await client.creditAccount({ amountCents: 1n }, { expectedRevision: 2 });
    const wrong = await failureOf(client.creditAccount({ amountCents: 1n }, { expectedRevision: 2 }));

    expect(right.revision).toBe(3);
    expect(wrong).toMatchObject({ code: "conflict", retryable: false, details: { revision: 3, expectedRevision: 2 } });
    expect(calls).toBe(1);
  });

  test("expecting revision 0 is carried out on an entity without a history only", async () => {
    const client = bank.accounts.get(bank.fresh());

    expect((await client.openAccount({}, { expectedRevision: 0 })).revision).toBe(1);
    expect((await failureOf(client.creditAccount({ amountCents: 1n }, { expectedRevision: 0 }))).code).toBe("conflict");
  });

  test("gives its handler the state, revision, id, command id, metadata, time and ids of the engine", async () => {
    const { id, client } = await bank.opened(7n);
    let seen: unknown;
    bank.script(id, {
      commands: {
        creditAccount(_, { state, revision, entityId, commandId, metadata, now, newId, signal }) {
          seen = { balance: state.balanceCents, revision, entityId, commandId, metadata };
          expect(now).toBeInstanceOf(Date);
          expect(newId()).not.toBe(newId());
          expect(signal.aborted).toBe(false);
          return [];
        },
      },
    });

    await client.creditAccount({ amountCents: 1n }, { commandId: "c-1", metadata: { actor: "ann" } });

    const metadata = { actor: "ann", correlationId: "c-1", causationId: "c-1" };
    expect(seen).toEqual({ balance: 7n, revision: 2, entityId: id, commandId: "c-1", metadata });
  });

  test("records its metadata and its command id with each of its events", async () => {
    const id = bank.fresh();
    await bank.accounts.get(id).openAccount({ openingCents: 1n }, { commandId: "c-2", metadata: { actor: "ann" } });

    const recorded = await all(bank.engine.history(account, id));

    expect(recorded.map(({ commandId, metadata }) => ({ commandId, metadata }))).toEqual([
      { commandId: "c-2", metadata: { actor: "ann", correlationId: "c-2", causationId: "c-2" } },
      { commandId: "c-2", metadata: { actor: "ann", correlationId: "c-2", causationId: "c-2" } },
    ]);
  });

  test("has the entity's id filled in in its events, states and rejections", async () => {
    const { id, client } = await bank.opened();

    const { state } = await client.creditAccount({ amountCents: 1n });
    const [opened] = await all(bank.engine.history(account, id));

    expect(state.accountId).toBe(id);
    expect(opened?.event.accountId).toBe(id);
    await client.closeAccount();
    const outcome = await client.creditAccount({ amountCents: 1n }).outcome();
    expect(outcome).toMatchObject({ rejection: { $typeName: AccountIsClosedSchema.typeName } });
  });

  test("of a hundred at once answers each caller with its own state, in the order in which they were sent", async () => {
    const { client } = await bank.opened();

    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, i) => client.creditAccount({ amountCents: BigInt(i + 1) })),
    );

    let balance = 0n;
    for (const [i, reply] of replies.entries()) {
      balance += BigInt(i + 1);
      expect(reply.state.balanceCents).toBe(balance);
      expect(reply.revision).toBe(i + 2);
    }
  });

  test("is seen by a read that is sent after it", async () => {
    const { id, client } = await bank.opened();

    const credited = client.creditAccount({ amountCents: 9n });
    const read = await bank.engine.state(account, id);

    expect(read).toMatchObject({ revision: 2, state: { balanceCents: 9n } });
    await credited;
  });

  test("that was not sent leaves an entity at revision 0, empty but for its id", async () => {
    const id = bank.fresh();

    const { state, revision } = await bank.engine.state(account, id);

    expect(revision).toBe(0);
    expect(state).toMatchObject({ accountId: id, ownerEmail: "", balanceCents: 0n, closed: false });
    expect(await bank.engine.entityExists(account, id)).toBe(false);
  });

  test("may be sent as a message, by programs that do not know its type", async () => {
    const { id } = await bank.opened(5n);

    const reply = await bank.engine.sendCommand(id, create(CreditAccountSchema, { amountCents: 2n }));
    const failure = await failureOf(bank.engine.sendCommand(id, create(DebitAccountSchema, { amountCents: 9n })));

    expect(reply).toMatchObject({ revision: 3, state: { $typeName: "bank.v1.Account", balanceCents: 7n } });
    expect(failure).toMatchObject({ code: "rejected", case: "insufficientFunds", rejection: { missingCents: 2n } });
  });
});

test("a command has its time and its ids from the clock and the generator that the engine was given", async () => {
  let ids = 0;
  const clock = { now: () => 1_234 };
  await using bank = await startBank(memoryStore(), { clock, ids: { newId: () => `id-${++ids}` } });
  const { id, client } = await bank.opened();
  bank.script(id, {
    commands: {
      creditAccount(_, { now, newId, commandId, emit }) {
        expect([now.getTime(), commandId, newId()]).toEqual([1_234, "id-2", "id-3"]);
        return emit.accountCredited();
      },
    },
  });

  const { recordedAt } = await client.creditAccount({});

  expect(recordedAt).toEqual(new Date(1_234));
  const recorded = await all(bank.engine.history(account, id));
  expect(recorded.map((one) => [one.commandId, one.recordedAt.getTime()])).toEqual([
    ["id-1", 1_234],
    ["id-2", 1_234],
  ]);
});
