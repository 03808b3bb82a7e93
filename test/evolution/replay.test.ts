import { Engine, memoryStore, type Store } from "@ego/runtime";
import { beforeEach, describe, expect, expectTypeOf, onTestFinished, test } from "vitest";
import { all } from "../../runtime/src/engine/testdata/bank.ts";
import { type Journal, journalCases } from "../../runtime/src/engine/testdata/journals.ts";
import { accountV1 } from "./account-v1.ts";
import { accountV2 } from "./account-v2.ts";
import { accountV3 } from "./account-v3.ts";
import { account as v1 } from "./v1/gen/savings/v1/account_v1_ego.ts";
import { account as v2 } from "./v2/gen/savings/v1/account_v2_ego.ts";
import { account as v3 } from "./v3/gen/savings/v1/account_v3_ego.ts";

const asV1 = (store: Store) => Engine.start({ store, entities: [v1.implement(accountV1)] });
const asV2 = (store: Store) => Engine.start({ store, entities: [v2.implement(accountV2)] });
const asV3 = (store: Store) => Engine.start({ store, entities: [v3.implement(accountV3)] });

describe.each(journalCases)("a journal that v1 wrote, on $name", ({ journal }) => {
  let journaled: Journal;
  beforeEach(async () => {
    journaled = journal();
    onTestFinished(() => journaled[Symbol.dispose]());
    await using engine = await asV1(journaled.store());
    const ann = engine.entity(v1).get("ann");
    await ann.openAccount({ owner: "Ann" });
    await ann.putIn({ cents: 5n }, { commandId: "put-5" });
    await ann.changeOwner({ owner: "Anna" }, { commandId: "rename" });
    await ann.putIn({ cents: 7n });
    await ann.closeAccount({ reason: "moves away" });
  });

  /** What v2 adds to it. */
  async function goOnAsV2(): Promise<void> {
    await using engine = await asV2(journaled.store());
    const ann = engine.entity(v2).get("ann");
    await ann.putIn({ amount: 100n, currency: "CHF" }, { commandId: "put-100" });
    await ann.changeHolder({ holder: "Anne" });
  }

  async function storedTypes(): Promise<readonly string[]> {
    const store = journaled.store();
    await store.open?.([]);
    const events = await store.events.load("account", "ann");
    await store.close?.();
    return events.map(({ type }) => type);
  }

  test("is read by v2: a field and a message renamed, an event reshaped", async () => {
    await using engine = await asV2(journaled.store());

    expect(await engine.state(v2, "ann")).toMatchObject({
      revision: 5,
      state: { accountId: "ann", holder: "Anna", amount: 12n, currency: "EUR", closedFor: "moves away" },
    });
    expect(await eventsOf(engine.history(v2, "ann"))).toMatchObject([
      { name: "accountOpened", event: { $typeName: "savings.v1.AccountOpened", holder: "Ann" } },
      {
        name: "moneyPutIn",
        event: { $typeName: "savings.v1.MoneyPutIn", accountId: "ann", amount: 5n, currency: "EUR" },
      },
      { name: "holderChanged", event: { $typeName: "savings.v1.HolderChanged", holder: "Anna" } },
      { name: "moneyPutIn", event: { accountId: "ann", amount: 7n, currency: "EUR" } },
      { name: "accountClosed", event: { reason: "moves away" } },
    ]);
  });

  test("is read by v3: reshaped twice, renamed twice, moved to another package", async () => {
    await using engine = await asV3(journaled.store());

    expect(await engine.state(v3, "ann")).toMatchObject({
      revision: 5,
      state: { accountId: "ann", holder: "Anna", amounts: { EUR: 12n }, closedFor: "moves away" },
    });
    expect(await eventsOf(engine.history(v3, "ann"))).toMatchObject([
      { name: "accountOpened" },
      { name: "moneyReceived", event: { accountId: "ann", money: { amount: 5n, currency: "EUR" } } },
      { name: "holderNamed", event: { $typeName: "savings.v1.HolderNamed", holder: "Anna" } },
      { name: "moneyReceived", event: { accountId: "ann", money: { amount: 7n, currency: "EUR" } } },
      { name: "accountClosed", event: { $typeName: "savings.closing.v1.AccountClosed", reason: "moves away" } },
    ]);
  });

  test("is given to a subscriber of v3 as histories have it, from the start and within", async () => {
    await goOnAsV2();
    await using engine = await asV3(journaled.store());
    const history = await all(engine.history(v3, "ann"));
    const seen = [];
    await using first = engine.subscribe({ entities: [v3], from: "start" });
    for (let n = 0; n < 3; n++) seen.push((await first.next()).value);
    await using second = engine.subscribe({ entities: [v3], from: await first.positions() });
    while (seen.length < history.length) seen.push((await second.next()).value);

    expect(seen).toEqual(history);
    expect(seen[1]).toMatchObject({ name: "moneyReceived", event: { money: { amount: 5n, currency: "EUR" } } });
  });

  test("is read by v3 with what v2 added to it", async () => {
    await goOnAsV2();
    await using engine = await asV3(journaled.store());

    expect(await engine.state(v3, "ann")).toMatchObject({
      revision: 7,
      state: { holder: "Anne", amounts: { EUR: 12n, CHF: 100n }, closedFor: "moves away" },
    });
    const [, , , , , put, named] = await eventsOf(engine.history(v3, "ann"));
    expect(put).toMatchObject({ name: "moneyReceived", event: { money: { amount: 100n, currency: "CHF" } } });
    expect(named).toMatchObject({ name: "holderNamed", event: { holder: "Anne" } });
  });

  test("answers repeated commands as v1 and v2 did, and as the state was then", async () => {
    await goOnAsV2();
    await using engine = await asV3(journaled.store());
    const ann = engine.entity(v3).get("ann");

    expect(await ann.putIn({ amount: 5n }, { commandId: "put-5" })).toMatchObject({
      repeated: true,
      revision: 2,
      state: { holder: "Ann", amounts: { EUR: 5n }, closedFor: "" },
    });
    expect(await ann.putIn({ amount: 100n, currency: "CHF" }, { commandId: "put-100" })).toMatchObject({
      repeated: true,
      revision: 6,
      state: { holder: "Anna", amounts: { EUR: 12n, CHF: 100n } },
    });
    await expect(ann.nameHolder({ holder: "Nobody" }, { commandId: "rename" })).rejects.toMatchObject({
      code: "invalid_argument",
    });
    expect((await engine.state(v3, "ann")).revision).toBe(7);
  });

  test("goes on: new events are stored under their stored names, streamed as they are, and read again", async () => {
    await goOnAsV2();
    {
      await using engine = await asV3(journaled.store());
      await using stream = engine.subscribe({ entities: [v3] });
      const ann = engine.entity(v3).get("ann");
      const first = await ann.putIn({ amount: 1n, currency: "EUR" });
      await ann.nameHolder({ holder: "Ann again" });
      await ann.closeAccount({ reason: "moves back" });
      expect(first).toMatchObject({ revision: 8, state: { amounts: { EUR: 13n, CHF: 100n } } });

      expect((await stream.next()).value).toMatchObject({
        name: "moneyReceived",
        event: { accountId: "ann", money: { amount: 1n, currency: "EUR" } },
      });
      expect((await stream.next()).value).toMatchObject({ name: "holderNamed", event: { holder: "Ann again" } });
      expect((await stream.next()).value).toMatchObject({
        name: "accountClosed",
        event: { $typeName: "savings.closing.v1.AccountClosed", reason: "moves back" },
      });
    }
    expect(await storedTypes()).toEqual([
      "savings.v1.AccountOpened",
      "savings.v1.MoneyPutIn",
      "savings.v1.OwnerChanged",
      "savings.v1.MoneyPutIn",
      "savings.v1.AccountClosed",
      "savings.v1.MoneyPutIn.2",
      "savings.v1.HolderChanged",
      "savings.v1.MoneyReceived",
      "savings.v1.HolderNamed",
      "savings.v1.AccountClosed",
    ]);
    await using engine = await asV3(journaled.store());
    expect(await engine.state(v3, "ann")).toMatchObject({
      revision: 10,
      state: { holder: "Ann again", amounts: { EUR: 13n, CHF: 100n }, closedFor: "moves back" },
    });
    expect(await eventsOf(engine.history(v3, "ann"))).toHaveLength(10);
  });

  test("is not read by the version before, once there is what it cannot know: nothing is guessed", async () => {
    await goOnAsV2();
    await using engine = await asV1(journaled.store());

    await expect(engine.state(v1, "ann")).rejects.toMatchObject({
      code: "unsupported",
      details: { revision: 6, type: "savings.v1.MoneyPutIn.2" },
    });
  });
});

test("what comes out of the store is never an old event, and the compiler knows", async () => {
  await using engine = await asV3(memoryStore());
  const history = engine.history(v3, "ann");
  const stream = engine.subscribe({ entities: [v3] });
  type Of<Recorded> = Recorded extends AsyncIterable<infer R extends { readonly name: string }> ? R["name"] : never;
  type Names = "accountOpened" | "moneyReceived" | "holderNamed" | "accountClosed";
  expectTypeOf<Of<typeof history>>().toEqualTypeOf<Names>();
  expectTypeOf<Of<typeof stream>>().toEqualTypeOf<Names>();
  expect(await all(history)).toEqual([]);
});

async function eventsOf<R extends { readonly name: string; readonly event: unknown }>(
  history: AsyncIterable<R>,
): Promise<readonly Pick<R, "name" | "event">[]> {
  return (await all(history)).map(({ name, event }) => ({ name, event }));
}
