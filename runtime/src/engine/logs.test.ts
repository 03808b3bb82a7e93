import { pino } from "pino";
import { describe, expect, test, vi } from "vitest";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { faultyStore } from "../testing/faulty-store.ts";
import { pinoLogger } from "./pino-logger.ts";
import { failureOf, startBank } from "./testdata/bank.ts";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/** A pino, and the lines that it wrote. */
function realPino() {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line: string) => lines.push(JSON.parse(line)) });
  return { log, lines };
}

describe("the log", () => {
  test("of a handler that failed leads to its command, its conversation and its trace", async () => {
    await using bank = await startBank(memoryStore());
    const { id, client } = await bank.opened();
    bank.script(id, {
      commands: {
        creditAccount() {
          throw new Error("no rate");
        },
      },
    });
    const metadata = { correlationId: "k", traceparent, actor: "ann" };

    const first = await failureOf(client.creditAccount({}, { commandId: "c-1", metadata }));
    const second = await failureOf(client.creditAccount({}, { commandId: "c-2" }));

    const facts = {
      code: "handler_failed",
      entity: "account",
      entityId: id,
      revision: 1,
      command: "bank.v1.CreditAccount",
    };
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    expect(bank.log).toEqual([
      { message: first.message, facts: { ...facts, commandId: "c-1", correlationId: "k", traceId, failure: first } },
      { message: second.message, facts: { ...facts, commandId: "c-2", correlationId: "c-2", failure: second } },
    ]);
  });

  test("of a store that failed leads to the command too", async () => {
    const store = faultyStore(memoryStore());
    await using bank = await startBank(store);
    const { client } = await bank.opened();
    store.when("events.append").failsBefore(new Error("connection reset"));

    await failureOf(client.creditAccount({}, { commandId: "c" }));

    expect(bank.log).toMatchObject([
      {
        message: "The store failed: connection reset",
        facts: { code: "unavailable", commandId: "c", correlationId: "c" },
      },
    ]);
  });

  test("says that the engine has started and stopped to a logger that wants to know", async () => {
    const told: unknown[] = [];
    const logger = { error() {}, warn() {}, info: (...line: unknown[]) => told.push(line) };
    const bank = await startBank(memoryStore(), { logger });
    await bank.opened();
    await bank.engine.stop();
    await bank.engine.stop();

    expect(told).toEqual([
      ["The engine has started.", { entities: ["account", "inventory_item"] }],
      ["The engine has stopped.", { transactions: 1, commands: 1 }],
    ]);
  });

  test("says nothing of what goes well on standard error", async () => {
    const writes = [vi.spyOn(console, "error"), vi.spyOn(console, "warn"), vi.spyOn(console, "info")];
    const bank = await startBank(memoryStore(), { logger: undefined as never });
    await bank.opened();
    await bank.engine.stop();

    for (const write of writes) {
      expect(write).not.toHaveBeenCalled();
      write.mockRestore();
    }
  });

  test("that fails keeps nobody from an answer, and the engine neither from starting nor from stopping", async () => {
    const written = vi.spyOn(console, "error").mockImplementation(() => {});
    const broken = () => {
      throw new Error("disk full");
    };
    const bank = await startBank(memoryStore(), { logger: { error: broken, warn: broken, info: broken } });
    const { id, client } = await bank.opened();
    bank.script(id, { commands: { creditAccount: () => undefined as never } });

    expect((await failureOf(client.creditAccount({}))).code).toBe("handler_failed");
    await bank.engine.stop();

    expect(written.mock.calls.map(([line]) => String(line).split("\n")[0])).toEqual([
      "ego: The engine has started.",
      expect.stringMatching(/^ego: handler_failed: account/),
      "ego: The engine has stopped.",
    ]);
    written.mockRestore();
  });
});

describe("a pino logger", () => {
  test("has facts as fields, the failure under err with what was thrown, and the trace under trace_id", async () => {
    const { log, lines } = realPino();
    const bank = await startBank(memoryStore(), { logger: pinoLogger(log) });
    const { id, client } = await bank.opened();
    bank.script(id, {
      commands: {
        creditAccount() {
          throw new Error("no rate");
        },
      },
    });
    const failure = await failureOf(client.creditAccount({}, { commandId: "c", metadata: { traceparent } }));
    await bank.engine.stop();

    const [started, failed, stopped] = lines;
    expect(started).toEqual({ level: 30, entities: ["account", "inventory_item"], msg: "The engine has started." });
    expect(failed).toMatchObject({
      level: 50,
      msg: failure.message,
      code: "handler_failed",
      entity: "account",
      entityId: id,
      commandId: "c",
      correlationId: "c",
      trace_id: "0af7651916cd43dd8448eb211c80319c",
      err: { code: "handler_failed", stack: expect.stringMatching(/caused by: Error: no rate\n\s+at /) },
    });
    expect(failed).not.toHaveProperty("failure");
    expect(failed).not.toHaveProperty("traceId");
    expect(stopped).toMatchObject({ level: 30, msg: "The engine has stopped." });
  });

  test("takes warnings as warnings", async () => {
    const { log, lines } = realPino();
    const telemetry = {
      started: () => {
        throw new Error("no meter");
      },
    };
    const bank = await startBank(memoryStore(), { logger: pinoLogger(log), telemetry: telemetry as never });
    await bank.engine.stop();

    expect(lines).toContainEqual({
      level: 40,
      msg: "The telemetry failed, and traces and metrics may be missing: no meter",
      err: expect.objectContaining({ type: "Error", message: "no meter" }),
    });
  });
});
