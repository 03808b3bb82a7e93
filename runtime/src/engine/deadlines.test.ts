import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { faultyStore } from "../testing/faulty-store.ts";
import { all, type Bank, failureOf, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";

describe.each(journalCases)("a caller that gives up, on $name", ({ journal }) => {
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

  /** An account whose handler of credits waits until the test lets it go. */
  async function hanging() {
    const { id, client } = await bank.opened();
    const gate = Promise.withResolvers<void>();
    const started = Promise.withResolvers<AbortSignal>();
    const ended = Promise.withResolvers<void>();
    let calls = 0;
    bank.script(id, {
      commands: {
        async creditAccount({ amountCents }, { emit, signal }) {
          calls++;
          started.resolve(signal);
          await gate.promise;
          ended.resolve();
          return emit.accountCredited({ amountCents });
        },
      },
    });
    return { id, client, gate, started: started.promise, ended: ended.promise, calls: () => calls };
  }

  test("after its timeout is told so, and the handler's signal aborts", async () => {
    const { client, started, gate } = await hanging();

    // Long enough for the handler to begin, also on a busy machine: what has not begun never does.
    const failing = failureOf(client.creditAccount({ amountCents: 1n }, { timeoutMs: 500, commandId: "c" }));
    const signal = await started;

    expect(await failing).toMatchObject({ code: "deadline_exceeded", details: { commandId: "c" } });
    expect(signal.aborted).toBe(true);
    gate.resolve();
  });

  test("by its signal is told so, with the reason as the cause, and the handler's signal aborts", async () => {
    const { client, started, gate } = await hanging();
    const controller = new AbortController();

    const failing = failureOf(client.creditAccount({ amountCents: 1n }, { signal: controller.signal }));
    const signal = await started;
    expect(signal.aborted).toBe(false);
    const reason = new Error("the user went away");
    controller.abort(reason);

    expect(await failing).toMatchObject({ code: "deadline_exceeded", cause: reason });
    expect(signal.aborted).toBe(true);
    gate.resolve();
  });

  test("has the handler's signal aborted, also where the handler first asks for it afterwards", async () => {
    const { id, client } = await bank.opened();
    const gate = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<AbortSignal>();
    bank.script(id, {
      commands: {
        async creditAccount(_, context) {
          started.resolve();
          await gate.promise;
          asked.resolve(context.signal);
          return [];
        },
      },
    });
    const controller = new AbortController();
    const failing = failureOf(client.creditAccount({}, { signal: controller.signal }));
    await started.promise;
    controller.abort();
    const failure = await failing;
    gate.resolve();

    expect(await asked.promise).toMatchObject({ aborted: true, reason: failure });
  });

  test("of a handler that hangs does not block the entity: the next command runs, and the late result is void", async () => {
    const { id, client, gate, ended, started } = await hanging();
    const controller = new AbortController();
    const failing = failureOf(client.creditAccount({ amountCents: 100n }, { signal: controller.signal }));
    await started;
    const next = client.debitAccount({ amountCents: 0n });
    controller.abort();

    expect((await failing).code).toBe("deadline_exceeded");
    expect((await next).revision).toBe(2);

    gate.resolve();
    await ended;
    const { state, revision } = await bank.engine.state(account, id);
    expect({ revision, balance: state.balanceCents }).toEqual({ revision: 2, balance: 0n });
    expect(await all(bank.engine.history(account, id))).toHaveLength(2);
  });

  test("of a command that waits behind another one has it never decided", async () => {
    const { id, client, gate, started, calls } = await hanging();
    const controller = new AbortController();
    const first = client.creditAccount({ amountCents: 1n });
    await started;
    const second = failureOf(client.creditAccount({ amountCents: 100n }, { signal: controller.signal }));
    controller.abort();
    expect((await second).code).toBe("deadline_exceeded");

    gate.resolve();

    expect((await first).state.balanceCents).toBe(1n);
    expect(await bank.engine.state(account, id)).toMatchObject({ revision: 2, state: { balanceCents: 1n } });
    expect(calls()).toBe(1);
  });

  test("before it sends has its command never decided", async () => {
    const { client, calls, gate } = await hanging();
    gate.resolve();

    const failure = await failureOf(client.creditAccount({ amountCents: 1n }, { signal: AbortSignal.abort() }));

    expect(failure.code).toBe("deadline_exceeded");
    expect((await client.creditAccount({ amountCents: 2n })).state.balanceCents).toBe(2n);
    expect(calls()).toBe(1);
  });

  test("before the answer finds out with the same command id what became of it", async () => {
    const { id, client } = await bank.opened();
    const controller = new AbortController();
    bank.script(id, {
      commands: {
        creditAccount({ amountCents }, { emit }) {
          // Decided in this turn of the event loop; the caller goes away before anything can be stored.
          queueMicrotask(() => controller.abort());
          return emit.accountCredited({ amountCents });
        },
      },
    });
    const options = { commandId: "c-given-up", signal: controller.signal };
    const failure = await failureOf(client.creditAccount({ amountCents: 1n }, options));

    const again = await client.creditAccount({ amountCents: 1n }, { commandId: "c-given-up" });

    expect(failure.code).toBe("deadline_exceeded");
    expect(again).toMatchObject({ repeated: true, revision: 2, state: { balanceCents: 1n } });
    expect(await all(bank.engine.history(account, id))).toHaveLength(2);
  });

  test("leaves no listener on its signal once it was answered", async () => {
    const { client } = await bank.opened();
    const { signal } = new AbortController();
    let listeners = 0;
    const counted = new Proxy(signal, {
      get(target, name) {
        if (name === "addEventListener") listeners++;
        if (name === "removeEventListener") listeners--;
        const value = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });

    await client.creditAccount({ amountCents: 1n }, { signal: counted });

    expect(listeners).toBe(0);
  });

  test.each([0, -1, Number.NaN, 2 ** 31])("with a timeout of %d ms is told that it is none", async (timeoutMs) => {
    const { client } = await bank.opened();

    expect((await failureOf(client.creditAccount({}, { timeoutMs }))).code).toBe("invalid_argument");
  });
});

describe("a store that hangs", () => {
  test("while an entity is read keeps nobody longer than its deadline, and what was given up is not decided", async () => {
    const store = faultyStore(memoryStore());
    await using bank = await startBank(store);
    const client = bank.accounts.get(bank.fresh());
    const hanging = store.when("events.load").hangsBefore();

    const failure = await failureOf(client.openAccount({}, { timeoutMs: 5 }));
    expect(failure.code).toBe("deadline_exceeded");
    hanging.release();

    expect((await client.openAccount({})).revision).toBe(1);
    expect(store.callsOf("events.append")).toHaveLength(1);
  });

  test("while a batch is stored keeps nobody longer than its deadline", async () => {
    const store = faultyStore(memoryStore());
    await using bank = await startBank(store);
    const client = bank.accounts.get(bank.fresh());
    const hanging = store.when("events.append").hangsBefore();

    expect((await failureOf(client.openAccount({}, { timeoutMs: 5, commandId: "c" }))).code).toBe("deadline_exceeded");
    hanging.release();

    expect(await client.openAccount({}, { commandId: "c" })).toMatchObject({ repeated: true, revision: 1 });
  });
});
