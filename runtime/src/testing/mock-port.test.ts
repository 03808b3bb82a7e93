import { describe, expect, test } from "vitest";
import { accountBehavior } from "../../../examples/bank/src/account.ts";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { Engine } from "../engine/engine.ts";
import { startBank } from "../engine/testdata/bank.ts";
import type { IdGenerator, Logger } from "../entity/host.ts";
import type { EventStore } from "../journal/event-store.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { mockPort } from "./mock-port.ts";
import { recordingLogger } from "./recording-logger.ts";

describe("a mock of a port", () => {
  test("answers as the port does, keeps the calls, and answers in an order where it is scripted", () => {
    const { port, calls, script } = mockPort<IdGenerator>({ newId: () => "x" });
    expect(port.newId()).toBe("x");
    script(
      "newId",
      () => "first",
      () => "others",
    );

    expect([port.newId(), port.newId(), port.newId()]).toEqual(["first", "others", "others"]);
    expect(calls).toHaveLength(4);
  });

  test("stands for each port of an engine", async () => {
    const events = mockPort<EventStore>(memoryStore().events);
    const ids = mockPort<IdGenerator>({ newId: () => "the id" });
    const logger = mockPort<Logger>({ error() {}, warn() {} });
    const options = { ids: ids.port, logger: logger.port, clock: { now: () => 5 } };
    await using bank = await startBank({ ...memoryStore(), events: events.port }, options);
    events.script("append", async (batch) => batch.map(() => ({ stored: true, position: 42 })));

    const reply = await bank.accounts.get("a").openAccount({});

    expect(reply).toMatchObject({ position: 42, recordedAt: new Date(5) });
    expect(events.calls.map(({ method }) => method)).toEqual(["load", "append"]);
    const append = events.calls.find((call) => call.method === "append");
    expect(append?.args[0]).toMatchObject([{ entityId: "a", commandId: "the id" }]);
    events.script("append", () => Promise.reject(new Error("disk full")));
    await expect(bank.accounts.get("a").creditAccount({ amountCents: 1n })).rejects.toThrow("disk full");
    expect(logger.calls).toMatchObject([{ method: "error" }]);
  });

  test("refuses to script what the port does not have", () => {
    const { script } = mockPort<{ readonly a?: () => void }>({});
    expect(() => script("a", () => {})).toThrow("no method a");
  });
});

test("a logger that records keeps what it is told, in order", async () => {
  const logger = recordingLogger();
  const broken = { ...memoryStore().events, load: () => Promise.reject(new Error("no connection")) };
  await using engine = await Engine.start({
    store: { ...memoryStore(), events: broken },
    entities: [account.implement(accountBehavior)],
    logger,
  });
  await expect(engine.state(account, "a")).rejects.toMatchObject({ code: "unavailable" });
  logger.warn("careful", { of: "the dog" });

  expect(logger.entries).toMatchObject([
    { level: "error", message: "The store failed: no connection", facts: { code: "unavailable" } },
    { level: "warn", message: "careful", facts: { of: "the dog" } },
  ]);
});
