import { expect, test } from "vitest";
import { accountBehavior } from "../../../examples/bank/src/account.ts";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../../../examples/inventory/src/inventory.ts";
import { fakeClock } from "./fake-clock.ts";
import { testEngine } from "./test-engine.ts";

const entities = [account.implement(accountBehavior), inventoryItem.implement(inventoryBehavior)];

test("an engine for tests is an engine, whose time and ids are known beforehand", async () => {
  const clock = fakeClock({ start: new Date("2026-01-01T00:00:00Z") });
  await using bank = await testEngine({ entities, clock });

  const reply = await bank.entity(account).get("a-1").openAccount({ openingCents: 5n });

  expect(reply).toMatchObject({ revision: 2, recordedAt: new Date("2026-01-01T00:00:00Z") });
  expect(bank.ids.given).toEqual(["id-1"]);
  const [append] = bank.store.callsOf("events.append");
  expect(append?.args[0]).toMatchObject([{ entityId: "a-1", commandId: "id-1" }]);
  expect(bank.log.entries).toEqual([]);
});

test("an engine for tests takes options of an engine, and fails as its store is told to", async () => {
  await using bank = await testEngine({ entities, limits: { maxPayloadBytes: 10 } });
  const ownerEmail = "somebody@example.org";
  await expect(bank.entity(account).get("a").openAccount({ ownerEmail })).rejects.toThrow("maxPayloadBytes");

  bank.store.when("states.save").failsAfter();
  await expect(bank.entity(inventoryItem).get("p").describeItem({ title: "P" })).rejects.toMatchObject({
    code: "unavailable",
  });
  expect(bank.log.entries).toMatchObject([{ level: "error", facts: { code: "unavailable" } }]);
  expect((await bank.engine.state(inventoryItem, "p")).revision).toBe(1);
});

test("an engine for tests that is started again knows what is stored, and nothing else", async () => {
  await using bank = await testEngine({ entities });
  const ann = bank.entity(account).get("ann");
  await ann.openAccount({ openingCents: 5n });
  const before = bank.engine;

  await bank.restart();

  expect(bank.engine).not.toBe(before);
  await expect(ann.closeAccount()).rejects.toMatchObject({ code: "unavailable" });
  expect(await bank.engine.state(account, "ann")).toMatchObject({ revision: 2, state: { balanceCents: 5n } });
  await expect(bank.engine.sendCommand("ann", { $typeName: "x" })).rejects.toThrow();
});
