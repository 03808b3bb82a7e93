import { create } from "@bufbuild/protobuf";
import { Engine, memoryStore, type Store } from "@ego/runtime";
import { given } from "@ego/runtime/testing";
import { describe, expect, test } from "vitest";
import { all, failureOf } from "../../runtime/src/engine/testdata/bank.ts";
import { accountV1 } from "./account-v1.ts";
import { accountV3 } from "./account-v3.ts";
import { account as v1 } from "./v1/gen/savings/v1/account_v1_ego.ts";
import { type AccountUpcasters, account as v3 } from "./v3/gen/savings/v1/account_v3_ego.ts";
import { HolderNamedSchema, MoneyReceivedSchema } from "./v3/gen/savings/v1/account_v3_pb.ts";

const cause = new Error("no such currency");

/** Upcasters that types would not let through, and those that they do; what is said of each. */
const wrong: readonly (readonly [what: string, upcaster: () => unknown, says: string])[] = [
  [
    "throws",
    () => {
      throw cause;
    },
    "upcasts.moneyPutInV1 threw: no such currency",
  ],
  ["returns nothing", () => undefined, "upcasts.moneyPutInV1 returned undefined"],
  ["returns null", () => null, "upcasts.moneyPutInV1 returned null"],
  ["returns a number", () => 7, "upcasts.moneyPutInV1 returned 7"],
  ["returns a list", () => [{ amount: 1n }], "upcasts.moneyPutInV1 returned a list"],
  ["is asynchronous", async () => ({ amount: 1n }), "upcasts.moneyPutInV1 returned a promise"],
  ["is asynchronous and fails", () => Promise.reject(cause), "upcasts.moneyPutInV1 returned a promise"],
  ["returns another message", () => create(HolderNamedSchema), "returned a savings.v1.HolderNamed"],
  ["misspells a field", () => ({ amount: 1n, curency: "EUR" }), "returned the field curency"],
  ["returns the id of another account", () => ({ accountId: "bob" }), "returned what is no savings.v1.MoneyPutInV2"],
  [
    "returns a value that cannot be stored",
    () => ({ amount: 1n << 64n }),
    "returned what is no savings.v1.MoneyPutInV2",
  ],
];

const withUpcaster = (moneyPutInV1: () => unknown) =>
  v3.implement({
    ...accountV3,
    upcasts: { ...accountV3.upcasts, moneyPutInV1: moneyPutInV1 as AccountUpcasters["moneyPutInV1"] },
  });

/** A journal of v1: Ann has money, Bob has none. */
async function journalOfV1(): Promise<Store> {
  const store = memoryStore();
  await using engine = await Engine.start({ store, entities: [v1.implement(accountV1)] });
  await engine.entity(v1).get("ann").openAccount({ owner: "Ann" });
  await engine.entity(v1).get("ann").putIn({ cents: 5n });
  await engine.entity(v1).get("bob").openAccount({ owner: "Bob" });
  return store;
}

describe.each(wrong)("an upcaster that %s", (_what, upcaster, says) => {
  test("is a failure that names entity, revision, type and upcaster; others live on, and mended it is gone", async () => {
    const store = await journalOfV1();
    const log: Readonly<Record<string, unknown>>[] = [];
    const logger = {
      error: (_: string, facts: Readonly<Record<string, unknown>>) => log.push(facts),
      warn: () => undefined,
    };
    const details = {
      entity: "account",
      entityId: "ann",
      revision: 2,
      type: "savings.v1.MoneyPutIn",
      upcaster: "moneyPutInV1",
    };
    {
      await using engine = await Engine.start({ store, entities: [withUpcaster(upcaster)], logger });

      const failure = await failureOf(engine.entity(v3).get("ann").nameHolder({ holder: "Anna" }));

      expect(failure).toMatchObject({ code: "handler_failed", details });
      expect(failure.message).toContain('Event 2 of account "ann"');
      expect(failure.message).toContain(says);
      expect(log).toMatchObject([details]);
      await expect(all(engine.history(v3, "ann"))).rejects.toMatchObject({
        code: "handler_failed",
        details,
      });
      expect((await engine.entity(v3).get("bob").nameHolder({ holder: "Bo" })).revision).toBe(2);
    }
    await using engine = await Engine.start({ store, entities: [v3.implement(accountV3)] });
    expect((await engine.state(v3, "ann")).state.amounts).toEqual({ EUR: 5n });
  });

  test("makes a scenario fail that has such an event in its history", async () => {
    const { moneyPutInV1 } = v3.events;
    const scenario = given(withUpcaster(upcaster), moneyPutInV1({ cents: 5n }))
      .when.closeAccount({})
      .emits();
    await expect(scenario).rejects.toThrow(`event 1, savings.v1.MoneyPutInV1, cannot be upcast: `);
    await expect(scenario).rejects.toThrow(says);
  });
});

test("what an upcaster threw is the cause of the failure", async () => {
  const upcaster = () => {
    throw cause;
  };
  await using engine = await Engine.start({
    store: await journalOfV1(),
    entities: [withUpcaster(upcaster)],
    logger: { error: () => undefined, warn: () => undefined },
  });
  await expect(engine.state(v3, "ann")).rejects.toMatchObject({ cause });
});

test("an upcaster may spread the old event, return a message, or return one that it returned before", async () => {
  const constant = create(MoneyReceivedSchema, { money: { amount: 3n, currency: "CHF" } });
  const entities = [
    v3.implement({
      ...accountV3,
      upcasts: {
        moneyPutInV1: (event) => ({ ...event, amount: event.cents, currency: "CHF" }),
        moneyPutInV2: () => constant,
      },
      events: {
        ...accountV3.events,
        moneyReceived({ money }, state) {
          if (!money) return;
          money.amount += state.amounts.CHF ?? 0n;
          state.amounts.CHF = money.amount;
        },
      },
    }),
  ];
  const store = memoryStore();
  {
    await using engine = await Engine.start({ store, entities: [v1.implement(accountV1)] });
    for (const cents of [1n, 2n]) await engine.entity(v1).get("ann").putIn({ cents });
  }
  await using engine = await Engine.start({ store, entities });

  expect((await engine.state(v3, "ann")).state).toMatchObject({ accountId: "ann", amounts: { CHF: 6n } });
  expect(constant).toMatchObject({ accountId: "", money: { amount: 3n } });
});

describe("a behavior", () => {
  const start = (behavior: unknown) =>
    Engine.start({ store: memoryStore(), entities: [v3.implement(behavior as typeof accountV3)] });

  test.each([
    ["no upcasters", { ...accountV3, upcasts: undefined }, "upcasts.moneyPutInV1"],
    ["one that is missing", { ...accountV3, upcasts: { moneyPutInV1: () => ({}) } }, "upcasts.moneyPutInV2"],
    ["one that is no function", { ...accountV3, upcasts: { ...accountV3.upcasts, moneyPutInV2: 7 } }, "moneyPutInV2"],
  ])("with %s is refused at start", async (_, behavior, method) => {
    await expect(start(behavior)).rejects.toThrow(method);
    await expect(start(behavior)).rejects.toMatchObject({ code: "invalid_argument" });
    expect(() => given(v3.implement(behavior as unknown as typeof accountV3))).toThrow(method);
  });
});

test.each([
  ["in a circle", { moneyPutInV1: "moneyPutInV2", moneyPutInV2: "moneyPutInV1" }, "moneyPutInV1"],
  ["to what is no event", { moneyPutInV1: "moneyPutInV2", moneyPutInV2: "toString" }, "moneyPutInV2"],
])("a table that was not generated, and whose upcasts lead %s, is refused at start", async (_, upcasts, event) => {
  const { entity, ...rest } = v3.implement(accountV3);
  const broken = { ...rest, entity: { ...entity, table: { ...entity.table, upcasts } } };
  await expect(Engine.start({ store: memoryStore(), entities: [broken] })).rejects.toMatchObject({
    code: "invalid_argument",
    details: { entity: "account", event },
  });
});

describe("a scenario", () => {
  const accounts = v3.implement(accountV3);
  const { moneyPutInV1, moneyPutInV2, moneyReceived } = v3.events;
  const history = [moneyPutInV1({ cents: 5n }), moneyPutInV2({ amount: 2n, currency: "CHF" })];

  test("has old events in its history, and they are what they became", () =>
    given(accounts, ...history)
      .when.putIn({ amount: 1n, currency: "EUR" })
      .emits(moneyReceived({ money: { amount: 1n, currency: "EUR" } }))
      .leaves({ amounts: { EUR: 6n, CHF: 2n } }));

  test("does not expect an old event of a command", async () => {
    const scenario = given(accounts)
      .when.putIn({ amount: 1n })
      .emits(moneyPutInV2({ amount: 1n }));
    await expect(scenario).rejects.toThrow('MoneyPutInV2 is an old event of "account", which nothing emits');
  });
});
