import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { AccountOpenedSchema, CreditAccountSchema } from "../../../examples/bank/src/gen/bank/v1/account_pb.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { depot } from "../../../test/domain/gen/depot/v1/depot_ego.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { Engine } from "./engine.ts";
import { type Bank, failureOf, freshId, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";

/** The failure of a call that throws instead of rejecting. */
const thrown = (call: () => unknown) => failureOf(new Promise((resolve) => resolve(call())));

describe.each(journalCases)("what an engine takes, on $name", ({ journal }) => {
  let journaled: Journal;
  let bank: Bank;

  beforeAll(async () => {
    journaled = journal();
    bank = await startBank(journaled.store(), { limits: { maxPayloadBytes: 1_000, maxEventsPerCommand: 5 } });
  });
  afterAll(async () => {
    await bank[Symbol.asyncDispose]();
    journaled[Symbol.dispose]();
  });

  test.each([
    ["empty", ""],
    ["over 255 bytes", "ä".repeat(128)],
    ["with a NUL", "a\0b"],
    ["with half of a surrogate pair", "\udc00a"],
  ])("is no id that is %s", async (_, id) => {
    expect(await thrown(() => bank.accounts.get(id))).toMatchObject({
      code: "invalid_argument",
      details: { entity: "account" },
    });
    const sent = await failureOf(bank.engine.sendCommand(id, create(CreditAccountSchema)));
    expect(sent.code).toBe("invalid_argument");
    expect((await failureOf(bank.engine.state(account, id))).code).toBe("invalid_argument");
  });

  test.each([
    ["of 255 bytes", `${"ä".repeat(127)}x`],
    ["that a prototype has", "__proto__"],
    ["that a class has", "constructor"],
    ["with quotes", "'; drop table ego_events; --"],
    ["with a trailing space", `${freshId()} `],
  ])("is an id %s", async (_, id) => {
    const client = bank.accounts.get(id);
    await client.openAccount({});

    expect(await client.creditAccount({ amountCents: 1n })).toMatchObject({ revision: 2, state: { accountId: id } });
  });

  test("are no other entity's ids that look alike", async () => {
    const [composed, decomposed, upper, lower] = ["\u00e4-1", "a\u0308-1", "LOOK", "look"] as const;
    for (const id of [composed, decomposed, upper, lower]) await bank.accounts.get(id).openAccount({});

    for (const id of [composed, decomposed, upper, lower]) {
      expect(await bank.engine.state(account, id)).toMatchObject({ revision: 1, state: { accountId: id } });
    }
  });

  test("is no command of another entity, and the failure names the type and those there are", async () => {
    const failure = await failureOf(bank.engine.sendCommand("a", create(AccountOpenedSchema)));

    expect(failure.code).toBe("invalid_argument");
    expect(failure.message).toContain("bank.v1.AccountOpened");
    expect(failure.details.known).toContain("bank.v1.CreditAccount");
  });

  test("is no message of another type in a client's method", async () => {
    const { client } = await bank.opened();
    const foreign: object = create(AccountOpenedSchema);

    expect(await failureOf(client.creditAccount(foreign))).toMatchObject({
      code: "invalid_argument",
      details: { type: "bank.v1.CreditAccount", given: "bank.v1.AccountOpened" },
    });
  });

  test("is no entity that the engine was started without, and the failure names those there are", async () => {
    const failure = await thrown(() => bank.engine.entity(depot));

    expect(failure).toMatchObject({ code: "invalid_argument", details: { entity: "depot" } });
    expect(failure.details.known).toEqual(["account", "inventory_item"]);
    expect((await thrown(() => bank.engine.subscribe({ entities: [depot] }))).code).toBe("invalid_argument");
  });

  test("is no command with the id of another entity; its own or none are filled in", async () => {
    const { id, client } = await bank.opened();

    const failure = await failureOf(client.creditAccount({ accountId: "another", amountCents: 1n }));
    const own = await client.creditAccount({ accountId: id, amountCents: 1n });

    expect(failure).toMatchObject({ code: "invalid_argument", details: { field: "account_id", entityId: id } });
    expect(own.revision).toBe(2);
  });

  test("is no command over the limit of its size, and the entity lives on", async () => {
    const client = bank.accounts.get(bank.fresh());

    const failure = await failureOf(client.openAccount({ ownerEmail: "x".repeat(1_000) }));

    expect(failure).toMatchObject({ code: "invalid_argument", details: { type: "bank.v1.OpenAccount" } });
    expect((await client.openAccount({ ownerEmail: "x".repeat(900) })).revision).toBe(1);
  });

  test("is no event over the limit of its size, and nothing is stored", async () => {
    const id = bank.fresh();
    const ownerEmail = "x".repeat(1_000);
    bank.script(id, { commands: { openAccount: (_, { emit }) => emit.accountOpened({ ownerEmail }) } });

    const failure = await failureOf(bank.accounts.get(id).openAccount({}));

    expect(failure.code).toBe("invalid_argument");
    expect(failure.message).toContain("bank.v1.AccountOpened");
    expect(await bank.engine.entityExists(account, id)).toBe(false);
  });

  test("is no durable state over the limit of its size, and nothing is stored", async () => {
    const id = bank.fresh();
    bank.script(id, { item: { describeItem: (_, { save }) => save({ title: "x".repeat(1_000) }) } });

    expect((await failureOf(bank.items.get(id).describeItem({}))).code).toBe("invalid_argument");
    expect(await bank.engine.entityExists(inventoryItem, id)).toBe(false);
  });

  test("is no command that makes more events than are allowed", async () => {
    const { id, client } = await bank.opened();
    bank.script(id, {
      commands: {
        creditAccount: ({ amountCents }, { emit }) =>
          Array.from({ length: Number(amountCents) }, () => emit.accountCredited({ amountCents: 1n })),
      },
    });

    expect((await failureOf(client.creditAccount({ amountCents: 6n }))).code).toBe("invalid_argument");
    expect((await client.creditAccount({ amountCents: 5n })).revision).toBe(6);
  });

  test.each([
    ["more metadata than 8 KiB", { metadata: { note: "x".repeat(9_000) } }],
    ["metadata that is no text", { metadata: JSON.parse('{"note":5}') }],
    ["metadata that is not well-formed", { metadata: { note: "a\ud800" } }],
    ["a negative expected revision", { expectedRevision: -1 }],
    ["an expected revision that is no whole number", { expectedRevision: 1.5 }],
  ])("are no options with %s", async (_, options) => {
    const { client } = await bank.opened();

    expect((await failureOf(client.creditAccount({}, options))).code).toBe("invalid_argument");
  });

  test("is an optional argument of a command without fields", async () => {
    const { client } = await bank.opened();

    expect((await client.closeAccount()).state.closed).toBe(true);
  });
});

describe.each(journalCases)("an entity with an integer id, on $name", ({ journal }) => {
  const numbered = depot.implement({
    commands: {
      registerDepot: ({ name }, { save }) => save({ name }),
      storeParcels: ({ count, kind }, { state, save }) => save({ stock: { ...state.stock, [kind]: count } }),
      closeDepot: (_, { save }) => save({ open: false }),
    },
  });

  test("has it filled in as a number, refuses what is none, and is found again", async () => {
    using journaled = journal();
    const id = "9007199254740993";
    {
      await using engine = await Engine.start({ store: journaled.store(), entities: [numbered] });
      const depots = engine.entity(depot);
      const { state } = await depots.get(id).registerDepot({ name: "north" });
      expect(state).toMatchObject({ depotNumber: 9007199254740993n, name: "north" });
      for (const wrong of ["one", "01", "1.5", "1e3", "-0", " 1", "9223372036854775808", "-9223372036854775809"]) {
        expect((await thrown(() => depots.get(wrong))).code).toBe("invalid_argument");
      }
      const other = await failureOf(depots.get("5").registerDepot({ depotNumber: 6n }));
      expect(other).toMatchObject({ code: "invalid_argument", details: { field: "depot_number" } });
      expect((await depots.get("-9223372036854775808").registerDepot({})).revision).toBe(1);
    }
    await using engine = await Engine.start({ store: journaled.store(), entities: [numbered] });
    expect(await engine.state(depot, id)).toMatchObject({ revision: 1, state: { depotNumber: 9007199254740993n } });
  });
});

describe("a busy engine", () => {
  test("answers `unavailable` for one more than the mailbox of an entity takes, and goes on", async () => {
    await using bank = await startBank(memoryStore(), { limits: { maxMailbox: 3 } });
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
    const taken = [1, 2, 3].map(() => client.creditAccount({ amountCents: 1n }));

    const failure = await failureOf(client.creditAccount({ amountCents: 1n }));
    const { client: other } = await bank.opened();

    expect(failure).toMatchObject({ code: "unavailable", retryable: true, details: { entityId: id } });
    expect((await other.creditAccount({ amountCents: 1n })).revision).toBe(2);
    gate.resolve();
    expect((await Promise.all(taken)).map((reply) => reply.revision)).toEqual([2, 3, 4]);
    expect((await client.creditAccount({ amountCents: 1n })).revision).toBe(5);
  });

  test("takes another command in place of one whose caller gave up", async () => {
    await using bank = await startBank(memoryStore(), { limits: { maxMailbox: 2 } });
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
    const controller = new AbortController();
    const running = client.creditAccount({ amountCents: 1n });
    const givenUp = failureOf(client.creditAccount({ amountCents: 2n }, { signal: controller.signal }));
    controller.abort();
    expect(await givenUp).toMatchObject({ code: "deadline_exceeded" });

    const taken = client.creditAccount({ amountCents: 4n });
    gate.resolve();

    expect((await running).revision).toBe(2);
    expect(await taken).toMatchObject({ revision: 3, state: { balanceCents: 5n } });
  });

  test("lets a handler make its own caller give up, and no other command is lost by it", async () => {
    await using bank = await startBank(memoryStore());
    const { id, client } = await bank.opened();
    const controller = new AbortController();
    let other: Promise<unknown> | undefined;
    bank.script(id, {
      commands: {
        creditAccount({ amountCents }, { emit }) {
          if (amountCents !== 1n) return emit.accountCredited({ amountCents });
          other = client.creditAccount({ amountCents: 2n }).then((reply) => reply.state.balanceCents);
          controller.abort();
          return [];
        },
      },
    });

    const failure = await failureOf(client.creditAccount({ amountCents: 1n }, { signal: controller.signal }));

    expect(failure).toMatchObject({ code: "deadline_exceeded" });
    expect(await other).toBe(2n);
  });

  test("answers `unavailable` for one more than the commands that it takes in all", async () => {
    await using bank = await startBank(memoryStore(), { limits: { maxCommands: 2 } });
    const sent = [1, 2].map(() => bank.accounts.get(bank.fresh()).openAccount({}));

    const failure = await failureOf(bank.accounts.get(bank.fresh()).openAccount({}));

    expect(failure).toMatchObject({ code: "unavailable", retryable: true });
    await Promise.all(sent);
    expect((await bank.accounts.get(bank.fresh()).openAccount({})).revision).toBe(1);
  });

  test("answers its callers also if its logger fails", async () => {
    using printed = vi.spyOn(console, "error").mockReturnValue(undefined);
    const failing = () => {
      throw new Error("the disk of the log is full");
    };
    await using bank = await startBank(memoryStore(), { logger: { error: failing, warn: failing } });
    const { id, client } = await bank.opened();
    bank.script(id, { commands: { creditAccount: failing } });

    expect((await failureOf(client.creditAccount({}, { timeoutMs: 5_000 }))).code).toBe("handler_failed");
    expect((await client.closeAccount({}, { timeoutMs: 5_000 })).revision).toBe(3);
    expect(printed).toHaveBeenCalledOnce();
  });

  test("is not started with an entity that has no behavior", async () => {
    const entities = [account as never];

    expect(await failureOf(Engine.start({ store: memoryStore(), entities }))).toMatchObject({
      code: "invalid_argument",
      message:
        'Engine.start was given the entity "account" without its behavior, as entities[0]: write `.implement(…)` behind it.',
    });
  });

  test.each([
    [undefined, "Engine.start takes an object: Engine.start({ store, entities })."],
    [{}, "Engine.start needs a store with `events`, as memoryStore() or sqliteStore({ filename })."],
    [
      { store: memoryStore, entities: [] },
      "Engine.start was given a function as its store: call it, as `store: memoryStore()`.",
    ],
    [{ store: memoryStore() }, "Engine.start needs a list of entities, as `entities: [account.implement(behavior)]`."],
    [
      { store: memoryStore(), entities: [undefined] },
      "Engine.start was given no entity as entities[0]: give what `.implement(…)` of a generated entity returns.",
    ],
    [
      { store: memoryStore(), entities: [{ saga: {}, behavior: {} }] },
      "Engine.start was given a saga as entities[0]: this version generates its contract, and does not run it yet.",
    ],
    [
      { store: memoryStore(), entities: [{ readModel: {}, projection: {} }] },
      "Engine.start was given a projection as entities[0]: it belongs into `projections`.",
    ],
    [
      { store: memoryStore(), entities: [], limits: { maxPayloadBytes: undefined } },
      "Engine.start has a limit maxPayloadBytes that is no number from 1 on: undefined.",
    ],
    [
      { store: memoryStore(), entities: [], limits: { transaction: { maxEntries: 5 } } },
      "Engine.start needs both of limits.transaction: maxEntries and maxBytes.",
    ],
  ])("is not started with %o", async (options, message) => {
    expect(await failureOf(Engine.start(options as never))).toMatchObject({ code: "invalid_argument", message });
  });

  test("is not started with two entities of one name, or with a behavior that lacks a method", async () => {
    const accounts = account.implement(JSON.parse("{}"));

    const lacking = await failureOf(Engine.start({ store: memoryStore(), entities: [accounts] }));
    expect(lacking).toMatchObject({ code: "invalid_argument", details: { entity: "account" } });
    const whole = { commands: { registerDepot: () => [], storeParcels: () => [], closeDepot: () => [] } };
    const twice = depot.implement(whole as never);
    const failure = await failureOf(Engine.start({ store: memoryStore(), entities: [twice, twice] }));
    expect(failure.message).toContain('"depot"');
  });

  test("is not started with a durable entity on a store without states", async () => {
    const { events } = memoryStore();
    const whole = { commands: { registerDepot: () => [], storeParcels: () => [], closeDepot: () => [] } };

    const failure = await failureOf(Engine.start({ store: { events }, entities: [depot.implement(whole as never)] }));

    expect(failure).toMatchObject({ code: "unsupported" });
    expect(failure.message).toContain("states");
  });
});
