import { context, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { AlwaysOffSampler } from "@opentelemetry/sdk-trace";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { causedBy } from "../journal/caused-by.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { otel } from "../telemetry/otel.ts";
import { type FaultyStore, faultyStore } from "../testing/faulty-store.ts";
import { all, type Bank, failureOf, freshId, startBank } from "./testdata/bank.ts";
import { type OtelSdk, otelSdk } from "./testdata/otel.ts";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

let sdk: OtelSdk;
let store: FaultyStore;
let bank: Bank;

beforeEach(async () => {
  sdk = otelSdk();
  store = faultyStore(memoryStore());
  bank = await startBank(store, { telemetry: otel(sdk) });
});
afterEach(() => bank[Symbol.asyncDispose]());

/** An account in memory, of which nothing was seen. */
async function opened(cents = 0n) {
  const made = await bank.opened(cents);
  sdk.reset();
  return made;
}

/** Does something within a span of the caller's. */
function within<T>(name: string, work: () => Promise<T>): Promise<T> {
  return sdk.tracer.startActiveSpan(name, (span) => work().finally(() => span.end()));
}

describe("the spans of a command", () => {
  const sent = (entityId: string, commandId: string, type = "CreditAccount") => ({
    "ego.entity": "account",
    "ego.entity_id": entityId,
    "ego.command_type": `bank.v1.${type}`,
    "ego.command_id": commandId,
    "ego.correlation_id": commandId,
  });

  test("are those of its caller, its entity, its handler and its transaction", async () => {
    const id = freshId();

    await within("caller", () => bank.accounts.get(id).openAccount({ openingCents: 5n }, { commandId: "c" }));

    const facts = sent(id, "c", "OpenAccount");
    expect(sdk.seen()).toEqual([
      {
        name: "ego.replay",
        parent: "ego.send_command",
        attributes: { "ego.entity": "account", "ego.entity_id": id, "ego.revision": 0 },
      },
      {
        name: "ego.command",
        parent: "ego.send_command",
        attributes: { ...facts, "ego.revision": 0, "ego.outcome": "accepted", "ego.events": 2 },
      },
      {
        name: "ego.append",
        links: ["ego.command"],
        attributes: { "ego.commands": 1, "ego.events": 2, "ego.refused": 0 },
      },
      {
        name: "ego.send_command",
        parent: "caller",
        attributes: { ...facts, "ego.outcome": "accepted", "ego.revision": 2 },
      },
      { name: "caller", attributes: {} },
    ]);
    const traces = new Set(sdk.spans().map((span) => span.spanContext().traceId));
    expect(traces.size).toBe(2);
  });

  test("of a durable state are the same, without events", async () => {
    const id = freshId();
    await bank.items.get(id).describeItem({ title: "Pen" });

    expect(sdk.seen()).toMatchObject([
      { name: "ego.replay", attributes: { "ego.entity": "inventory_item", "ego.revision": 0 } },
      { name: "ego.command", attributes: { "ego.outcome": "accepted", "ego.events": 0 } },
      { name: "ego.append", links: ["ego.command"], attributes: { "ego.commands": 1, "ego.events": 0 } },
      { name: "ego.send_command", attributes: { "ego.command_type": "shop.v1.DescribeItem", "ego.revision": 1 } },
    ]);
  });

  test("name a rejection, which is no error", async () => {
    const { id, client } = await opened();

    await client.debitAccount({ amountCents: 5n }, { commandId: "c" }).outcome();

    const facts = sent(id, "c", "DebitAccount");
    const outcome = { "ego.outcome": "rejected", "ego.rejection": "insufficientFunds" };
    expect(sdk.seen()).toEqual([
      { name: "ego.command", parent: "ego.send_command", attributes: { ...facts, "ego.revision": 1, ...outcome } },
      { name: "ego.send_command", attributes: { ...facts, ...outcome } },
    ]);
  });

  test("have what a handler threw", async () => {
    const { id, client } = await opened();
    bank.script(id, {
      commands: {
        creditAccount() {
          throw new Error("no rate");
        },
      },
    });

    const { message } = await failureOf(client.creditAccount({}, { commandId: "c" }));

    const failed = { "ego.outcome": "handler_failed", "error.type": "handler_failed" };
    const facts = sent(id, "c");
    expect(sdk.seen()).toEqual([
      {
        name: "ego.command",
        parent: "ego.send_command",
        attributes: { ...facts, "ego.revision": 1, ...failed },
        error: message,
        exceptions: ["no rate"],
      },
      { name: "ego.send_command", attributes: { ...facts, ...failed }, error: message, exceptions: ["no rate"] },
    ]);
  });

  test("have what an asynchronous handler threw, and what it traced itself", async () => {
    const { id, client } = await opened();
    bank.script(id, {
      commands: {
        async creditAccount() {
          await Promise.resolve();
          sdk.tracer.startSpan("fetch").end();
          throw new Error("no rate");
        },
      },
    });

    await failureOf(client.creditAccount({}));

    expect(sdk.seen()).toMatchObject([
      { name: "fetch", parent: "ego.command" },
      { name: "ego.command", parent: "ego.send_command", exceptions: ["no rate"] },
      { name: "ego.send_command", exceptions: ["no rate"] },
    ]);
  });

  test("have the failure of a precondition, and of options that are wrong", async () => {
    const { client } = await opened();

    await failureOf(client.openAccount({}));
    await failureOf(client.creditAccount({}, { expectedRevision: -1 }));
    await failureOf(client.creditAccount({}, { metadata: { traceparent: "ann" } }));

    expect(sdk.seen()).toMatchObject([
      { name: "ego.command", attributes: { "ego.outcome": "already_exists" } },
      { name: "ego.send_command", attributes: { "ego.outcome": "already_exists" } },
      { name: "ego.send_command", attributes: { "ego.outcome": "invalid_argument" } },
      { name: "ego.send_command", attributes: { "ego.outcome": "invalid_argument" } },
    ]);
  });

  test("that comes again say so, and that it was not decided again", async () => {
    const { client } = await opened();
    await client.creditAccount({}, { commandId: "c" });
    sdk.reset();

    await client.creditAccount({}, { commandId: "c" });

    expect(sdk.seen()).toMatchObject([
      { name: "ego.send_command", attributes: { "ego.outcome": "accepted", "ego.repeated": true, "ego.revision": 2 } },
    ]);
  });

  test("that has to be decided again are one more for each time", async () => {
    const { client } = await opened();
    store.when("events.append").refuses();

    await client.creditAccount({});

    expect(sdk.seen()).toMatchObject([
      { name: "ego.command", parent: "ego.send_command" },
      { name: "ego.append", attributes: { "ego.refused": 1 } },
      { name: "ego.replay", parent: "ego.send_command", attributes: { "ego.revision": 1 } },
      { name: "ego.command", parent: "ego.send_command" },
      { name: "ego.append", attributes: { "ego.refused": 0 } },
      { name: "ego.send_command" },
    ]);
  });

  test("of which the store failed have that in the transaction and for the caller", async () => {
    const { client } = await opened();
    store.when("events.append").failsBefore(new Error("connection reset"));

    await failureOf(client.creditAccount({}));

    expect(sdk.seen()).toMatchObject([
      { name: "ego.command", attributes: { "ego.outcome": "accepted" } },
      {
        name: "ego.append",
        attributes: { "error.type": "unavailable" },
        error: "The store failed: connection reset",
        exceptions: ["connection reset"],
      },
      { name: "ego.send_command", attributes: { "ego.outcome": "unavailable", "error.type": "unavailable" } },
    ]);
  });

  test("of an entity that cannot be read have that", async () => {
    store.when("events.load").failsBefore(new Error("connection reset"));

    await failureOf(bank.accounts.get(freshId()).openAccount({}));

    expect(sdk.seen()).toMatchObject([
      { name: "ego.replay", error: "The store failed: connection reset", exceptions: ["connection reset"] },
      { name: "ego.send_command", attributes: { "ego.outcome": "unavailable" } },
    ]);
  });

  test("end when its caller gives up, once, though the handler goes on", async () => {
    const { id, client } = await opened();
    const started = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const over = Promise.withResolvers<void>();
    bank.script(id, {
      commands: {
        async creditAccount(_, { emit }) {
          started.resolve();
          await gate.promise;
          over.resolve();
          return emit.accountCredited({ amountCents: 1n });
        },
      },
    });
    const controller = new AbortController();
    const failing = failureOf(client.creditAccount({}, { signal: controller.signal }));
    await started.promise;
    controller.abort();
    await failing;
    gate.resolve();
    await over.promise;
    await bank.engine.state(account, id);

    expect(sdk.seen()).toMatchObject([
      { name: "ego.command", attributes: { "ego.outcome": "deadline_exceeded" } },
      { name: "ego.send_command", attributes: { "ego.outcome": "deadline_exceeded" } },
    ]);
  });

  test("of many callers lead to the one transaction that stored them", async () => {
    const accounts = [await bank.opened(), await bank.opened(), await bank.opened()];
    sdk.reset();

    await Promise.all(accounts.flatMap(({ client }) => [client.creditAccount({}), client.creditAccount({})]));

    const appends = sdk.spans().filter(({ name }) => name === "ego.append");
    expect(appends).toHaveLength(1);
    const linked = appends[0]?.links.map((link) => link.context.spanId);
    const commands = sdk.spans().filter(({ name }) => name === "ego.command");
    expect(commands).toHaveLength(6);
    expect(linked).toEqual(commands.map((span) => span.spanContext().spanId));
    expect(appends[0]?.parentSpanContext).toBeUndefined();
  });

  test("have in them what the store traces itself", async () => {
    const { client } = await opened();
    const traced =
      (name: string) =>
      <Result>(_: unknown, next: () => Promise<Result>) => {
        sdk.tracer.startSpan(name).end();
        return next();
      };
    store.when("events.append").does(traced("insert"));
    store.when("events.load").does(traced("select"));

    await client.creditAccount({});
    await within("caller", () => bank.engine.state(account, freshId()));

    const inner = sdk.seen().filter(({ name }) => ["insert", "select", "ego.replay"].includes(name));
    expect(inner).toMatchObject([
      { name: "insert", parent: "ego.append" },
      { name: "select", parent: "ego.replay" },
      { name: "ego.replay", parent: "caller" },
    ]);
  });
});

describe("the trace of a command", () => {
  /** The last event of an account, and the span `ego.send_command` of its command. */
  async function lastOf(id: string) {
    const event = (await all(bank.engine.history(account, id))).at(-1);
    if (!event) throw new Error("there is no event");
    const span = sdk.spans().findLast(({ name }) => name === "ego.send_command");
    if (!span) throw new Error("there is no span");
    return { event, span };
  }

  test("is that of its caller, goes to its handler, and is stored with its events", async () => {
    const { id, client } = await opened();
    let handled: string | undefined;
    bank.script(id, {
      commands: {
        creditAccount(_, { emit, metadata }) {
          handled = metadata.traceparent;
          return emit.accountCredited({ amountCents: 1n });
        },
      },
    });

    const callers = await within("caller", async () => {
      await client.creditAccount({}, { metadata: { actor: "ann" } });
      return trace.getSpanContext(context.active())?.traceId;
    });

    const { event, span } = await lastOf(id);
    const { traceId, spanId } = span.spanContext();
    expect(traceId).toBe(callers);
    expect(event.metadata).toMatchObject({ actor: "ann", traceparent: `00-${traceId}-${spanId}-01` });
    expect(event.metadata).not.toHaveProperty("tracestate");
    expect(handled).toBe(event.metadata.traceparent);
  });

  test("goes on in a command that follows from its event, where no span is active", async () => {
    const { id, client } = await opened();
    await within("caller", () => client.creditAccount({}));
    const { event, span: first } = await lastOf(id);

    await context.with(ROOT_CONTEXT, () => client.creditAccount({}, { metadata: causedBy(event) }));

    const { event: next, span } = await lastOf(id);
    expect(span.spanContext().traceId).toBe(first.spanContext().traceId);
    expect(span.parentSpanContext).toMatchObject({ spanId: first.spanContext().spanId, isRemote: true });
    expect(next.metadata).toMatchObject({ traceparent: event.metadata.traceparent, causationId: `account/${id}/2` });
  });

  test("is linked to the one that it was given, where another span is active", async () => {
    const { id, client } = await opened();

    await within("caller", () => client.creditAccount({}, { metadata: { traceparent, tracestate: "vendor=1" } }));

    const { event, span } = await lastOf(id);
    expect(sdk.seen()).toContainEqual(
      expect.objectContaining({ name: "ego.send_command", parent: "caller", links: ["remote"] }),
    );
    expect(span.links[0]?.context).toMatchObject({ spanId: "b7ad6b7169203331", traceFlags: 1, isRemote: true });
    expect(span.links[0]?.context.traceState?.get("vendor")).toBe("1");
    expect(event.metadata).toMatchObject({ traceparent, tracestate: "vendor=1" });
  });

  test("has the trace state of its caller", async () => {
    const { id, client } = await opened();

    await context.with(ROOT_CONTEXT, () =>
      client.creditAccount({}, { metadata: { traceparent, tracestate: "vendor=1" } }),
    );
    const continued = trace.setSpanContext(ROOT_CONTEXT, (await lastOf(id)).span.spanContext());
    await context.with(continued, () => client.creditAccount({}));

    expect((await lastOf(id)).event.metadata).toMatchObject({ tracestate: "vendor=1" });
  });

  test("that is not sampled is handed on as such, and seen by nobody", async () => {
    const silent = otelSdk(new AlwaysOffSampler());
    await using quiet = await startBank(memoryStore(), { telemetry: otel(silent) });
    const { id } = await quiet.opened();

    const [event] = await all(quiet.engine.history(account, id));

    expect(event?.metadata.traceparent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-00$/);
    expect(silent.spans()).toEqual([]);
  });

  test("is none without the SDK of OpenTelemetry, and nothing is stored for it", async () => {
    const plain = faultyStore(memoryStore());
    await using without = await startBank(plain, { telemetry: otel() });
    await without.opened();

    const appends = plain.callsOf("events.append").flatMap(({ args: [batch] }) => batch);
    expect(appends.map(({ metadata }) => metadata.length)).toEqual([0]);
  });
});

describe("the metrics", () => {
  const opening = { "ego.entity": "account", "ego.command_type": "bank.v1.OpenAccount", "ego.outcome": "accepted" };

  test("count commands by what came of them, without a single id", async () => {
    const { client } = await bank.opened(5n);
    await client.debitAccount({ amountCents: 1n });
    await client.debitAccount({ amountCents: 1n });
    await client.debitAccount({ amountCents: 50n }).outcome();
    await failureOf(client.openAccount({}));

    const debiting = { "ego.entity": "account", "ego.command_type": "bank.v1.DebitAccount" };
    const expected = [
      { attributes: opening, value: 1 },
      { attributes: { ...debiting, "ego.outcome": "accepted" }, value: 2 },
      { attributes: { ...debiting, "ego.outcome": "rejected", "ego.rejection": "insufficientFunds" }, value: 1 },
      { attributes: { ...opening, "ego.outcome": "already_exists" }, value: 1 },
    ];
    expect(await sdk.metric("ego.commands.total")).toEqual(expected);
    const durations = await sdk.metric("ego.commands.duration");
    expect(
      durations.map(({ attributes, value }) => ({ attributes, value: (value as { count: number }).count })),
    ).toEqual(expected);
    for (const { value } of durations) expect((value as { min: number }).min).toBeGreaterThan(0);
  });

  test("count the events that were stored, and none that were not", async () => {
    const { client } = await bank.opened(5n);
    await client.creditAccount({});
    await bank.items.get(freshId()).describeItem({ title: "Pen" });
    store.when("events.append").refuses();
    await client.creditAccount({});
    store.when("events.append").failsBefore(new Error("connection reset"));
    await failureOf(client.creditAccount({}));

    expect([store.callsOf("events.append"), store.callsOf("states.save")].map(({ length }) => length)).toEqual([5, 1]);
    expect(await sdk.metric("ego.events.persisted.total")).toEqual([
      { attributes: { "ego.entity": "account" }, value: 4 },
    ]);
  });

  test("know how many entities are in memory, of all engines that run", async () => {
    const telemetry = otel(sdk);
    const other = await startBank(memoryStore(), { telemetry });
    const another = await startBank(memoryStore(), { telemetry });
    await other.opened();
    await other.opened();
    await another.opened();
    await another.items.get(freshId()).describeItem({ title: "Pen" });
    await bank[Symbol.asyncDispose]();
    const active = async () =>
      Object.fromEntries(
        (await sdk.metric("ego.entities.active")).map(({ attributes, value }) => [attributes["ego.entity"], value]),
      );

    expect(await active()).toEqual({ account: 3, inventory_item: 1 });
    await other[Symbol.asyncDispose]();
    expect(await active()).toEqual({ account: 1, inventory_item: 1 });
    await another[Symbol.asyncDispose]();
    expect(await active()).toEqual({ account: 0, inventory_item: 0 });
  });

  test("know an engine no more that stopped, though its store could not be closed", async () => {
    const broken = faultyStore(memoryStore());
    const other = await startBank(broken, { telemetry: otel(sdk) });
    await other.opened();
    broken.when("close").failsBefore(new Error("connection reset"));

    expect((await failureOf(other.engine.stop())).code).toBe("unavailable");
    expect(await sdk.metric("ego.entities.active")).toContainEqual({
      attributes: { "ego.entity": "account" },
      value: 0,
    });
  });
});
