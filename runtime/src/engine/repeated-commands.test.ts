import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { all, type Bank, failureOf, type Script, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";

describe.each(journalCases)("a command id that comes again, on $name", ({ journal }) => {
  let journaled: Journal;
  let bank: Bank;
  const scripts = new Map<string, Script>();

  beforeAll(async () => {
    journaled = journal();
    bank = await startBank(journaled.store(), {}, scripts);
  });
  afterAll(async () => {
    await bank[Symbol.asyncDispose]();
    journaled[Symbol.dispose]();
  });

  test("answers the first revision, position and time, with the state of then, and stores nothing", async () => {
    const { id, client } = await bank.opened(1n);
    const first = await client.creditAccount({ amountCents: 10n }, { commandId: "c" });
    await client.creditAccount({ amountCents: 100n });

    const again = await client.creditAccount({ amountCents: 10n }, { commandId: "c" });

    expect(again).toEqual({ ...first, repeated: true });
    expect(again.state.balanceCents).toBe(11n);
    expect(await all(bank.engine.history(account, id))).toHaveLength(4);
  });

  test("answers the first outcome though the entity has moved past the expected revision", async () => {
    const { client } = await bank.opened(1n);
    const options = { commandId: "c", expectedRevision: 2 };
    const first = await client.creditAccount({ amountCents: 10n }, options);
    await client.creditAccount({ amountCents: 100n });

    expect(await client.creditAccount({ amountCents: 10n }, options)).toEqual({ ...first, repeated: true });
  });

  test("answers the first outcome though the precondition does not hold any more", async () => {
    const client = bank.accounts.get(bank.fresh());
    const first = await client.openAccount({ openingCents: 3n }, { commandId: "c" });

    expect(await client.openAccount({ openingCents: 3n }, { commandId: "c" })).toEqual({ ...first, repeated: true });
  });

  test("answers the first outcome also to twins sent at once, of which one takes effect", async () => {
    const { id, client } = await bank.opened();

    const twins = await Promise.all(
      Array.from({ length: 20 }, () => client.creditAccount({ amountCents: 5n }, { commandId: "twin" })),
    );

    expect(twins.filter((reply) => !reply.repeated)).toHaveLength(1);
    for (const twin of twins) expect(twin).toMatchObject({ revision: 2, state: { balanceCents: 5n } });
    expect(await bank.engine.state(account, id)).toMatchObject({ revision: 2 });
  });

  test("answers the first outcome while the first, asynchronous, is still being decided", async () => {
    const { id, client } = await bank.opened();
    const gate = Promise.withResolvers<void>();
    bank.script(id, {
      commands: {
        async creditAccount({ amountCents }, { emit }) {
          await gate.promise;
          return emit.accountCredited({ amountCents });
        },
      },
    });
    const twins = [1, 2].map(() => client.creditAccount({ amountCents: 5n }, { commandId: "twin" }));
    gate.resolve();

    const [first, second] = await Promise.all(twins);

    expect(second).toEqual({ ...first, repeated: true });
    expect(await bank.engine.state(account, id)).toMatchObject({ revision: 2 });
  });

  test("with another content is refused, and takes no effect", async () => {
    const { id, client } = await bank.opened();
    await client.creditAccount({ amountCents: 5n }, { commandId: "c" });

    const other = await failureOf(client.creditAccount({ amountCents: 6n }, { commandId: "c" }));
    const kind = await failureOf(client.debitAccount({ amountCents: 5n }, { commandId: "c" }));
    const actor = await failureOf(
      client.creditAccount({ amountCents: 5n }, { commandId: "c", metadata: { actor: "bob" } }),
    );

    for (const failure of [other, kind, actor]) {
      expect(failure).toMatchObject({ code: "invalid_argument", details: { entityId: id, commandId: "c" } });
    }
    expect(await bank.engine.state(account, id)).toMatchObject({ revision: 2, state: { balanceCents: 5n } });
  });

  test("with another content while the first is in flight is refused as well", async () => {
    const { client } = await bank.opened();

    const [first, second] = await Promise.allSettled([
      client.creditAccount({ amountCents: 5n }, { commandId: "c" }),
      client.creditAccount({ amountCents: 6n }, { commandId: "c" }),
    ]);

    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({ status: "rejected", reason: { code: "invalid_argument" } });
  });

  test("with other metadata, but for the actor, is the same command", async () => {
    const { client } = await bank.opened();
    const metadata = { actor: "ann", trace: "1" };
    const first = await client.creditAccount({ amountCents: 5n }, { commandId: "c", metadata });

    const again = await client.creditAccount(
      { amountCents: 5n },
      { commandId: "c", metadata: { actor: "ann", trace: "2" } },
    );

    expect(again).toEqual({ ...first, repeated: true });
  });

  test("on another entity is another command", async () => {
    const ann = await bank.opened();
    const bob = await bank.opened();

    await ann.client.creditAccount({ amountCents: 5n }, { commandId: "shared" });
    const reply = await bob.client.creditAccount({ amountCents: 6n }, { commandId: "shared" });

    expect(reply).toMatchObject({ repeated: false, revision: 2 });
  });

  test("of a rejection or a no-op is decided anew, also with another content", async () => {
    const { client } = await bank.opened(1n);
    const debit = { amountCents: 5n };
    expect(await client.debitAccount(debit, { commandId: "c" }).outcome()).toMatchObject({ case: "insufficientFunds" });
    await client.creditAccount({ amountCents: 10n });

    const decided = await client.debitAccount(debit, { commandId: "c" });

    expect(decided).toMatchObject({ repeated: false, revision: 4, state: { balanceCents: 6n } });
    await client.debitAccount({ amountCents: 100n }, { commandId: "d" }).outcome();
    expect(await client.debitAccount({ amountCents: 1n }, { commandId: "d" })).toMatchObject({ repeated: false });
  });

  test("of a rejection that is still waiting for its answer is decided anew, also with another content", async () => {
    const { client } = await bank.opened();

    const credited = client.creditAccount({ amountCents: 1n });
    const rejected = client.debitAccount({ amountCents: 5n }, { commandId: "c" }).outcome();
    const other = client.debitAccount({ amountCents: 1n }, { commandId: "c" });

    await credited;
    expect(await rejected).toMatchObject({ case: "insufficientFunds" });
    expect(await other).toMatchObject({ repeated: false, revision: 3, state: { balanceCents: 0n } });
  });

  test("that ego chose, and told with a failure, answers the first outcome", async () => {
    const { id, client } = await bank.opened();
    const controller = new AbortController();
    // The window is known already, as it is on a busy entity.
    await client.creditAccount({ amountCents: 1n }, { commandId: "known" });
    bank.script(id, {
      commands: {
        creditAccount({ amountCents }, { emit }) {
          queueMicrotask(() => controller.abort());
          return emit.accountCredited({ amountCents });
        },
      },
    });
    const failure = await failureOf(client.creditAccount({ amountCents: 5n }, { signal: controller.signal }));
    const commandId = String(failure.details.commandId);

    const inFlight = await client.creditAccount({ amountCents: 5n }, { commandId });
    const later = await client.creditAccount({ amountCents: 5n }, { commandId });

    expect(failure.code).toBe("deadline_exceeded");
    expect(inFlight).toMatchObject({ repeated: true, revision: 3, state: { balanceCents: 6n } });
    expect(later).toEqual(inFlight);
    expect(await all(bank.engine.history(account, id))).toHaveLength(3);
  });

  test("answers the first outcome after a restart, and refuses another content then too", async () => {
    const { id, client } = await bank.opened(1n);
    const first = await client.creditAccount({ amountCents: 10n }, { commandId: "c" });
    await client.closeAccount({}, { commandId: "two events" });
    // A second engine that has never seen the entity knows what one started again would know.
    await using second = await startBank(journaled.store(), {}, scripts);
    const again = second.accounts.get(id);

    expect(await again.creditAccount({ amountCents: 10n }, { commandId: "c" })).toEqual({ ...first, repeated: true });
    expect(await again.closeAccount({}, { commandId: "two events" })).toMatchObject({ repeated: true, revision: 5 });
    expect((await failureOf(again.creditAccount({ amountCents: 11n }, { commandId: "c" }))).code).toBe(
      "invalid_argument",
    );
    expect(await all(second.engine.history(account, id))).toHaveLength(5);
  });

  test("answers the first outcome though thousands of events are in flight when it is looked up", async () => {
    const { id, client } = await bank.opened(1n);
    await client.creditAccount({ amountCents: 10n }, { commandId: "early" });
    await using second = await startBank(journaled.store(), {}, scripts);
    scripts.set(id, {
      commands: {
        creditAccount: ({ amountCents }, { emit }) =>
          Array.from({ length: Number(amountCents) }, () => emit.accountCredited({ amountCents: 1n })),
      },
    });
    const again = second.accounts.get(id);
    await second.engine.state(account, id);

    const many = [1, 2, 3].map(() => again.creditAccount({ amountCents: 900n }));
    const repeated = await again.creditAccount({ amountCents: 10n }, { commandId: "early" });

    expect(repeated).toMatchObject({ repeated: true, revision: 3 });
    await Promise.all(many);
    expect(await second.engine.state(account, id)).toMatchObject({ revision: 3 + 2_700 });
  });

  test("of twins sent to two engines at once takes effect once", async () => {
    const { id, client } = await bank.opened();
    await using second = await startBank(journaled.store(), {}, scripts);
    await second.engine.state(account, id);
    const command = { amountCents: 5n };

    const twins = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        (i % 2 === 0 ? client : second.accounts.get(id)).creditAccount(command, { commandId: "twin" }),
      ),
    );

    expect(twins.filter((reply) => !reply.repeated)).toHaveLength(1);
    expect(new Set(twins.map((reply) => reply.revision))).toEqual(new Set([2]));
    expect(await all(second.engine.history(account, id))).toHaveLength(2);
  });
});
