import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AccountHandlers } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import {
  AccountCreditedSchema,
  AccountDebitedSchema,
  InsufficientFundsSchema,
} from "../../../examples/bank/src/gen/bank/v1/account_pb.ts";
import { all, type Bank, failureOf, type Script, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";

type Credit = AccountHandlers["creditAccount"];

/** What the types forbid, and JavaScript allows. */
const wrongly = <T>(handler: unknown): T => handler as T;

const failures: readonly { readonly what: string; readonly credit: Credit; readonly naming: RegExp }[] = [
  {
    what: "throws",
    credit: () => {
      throw new Error("out of paper");
    },
    naming: /creditAccount.*out of paper/,
  },
  { what: "throws later", credit: () => Promise.reject(new Error("out of ink")), naming: /creditAccount.*out of ink/ },
  { what: "returns undefined", credit: wrongly(() => undefined), naming: /creditAccount.*undefined/ },
  { what: "returns null", credit: wrongly(() => null), naming: /creditAccount.*null/ },
  { what: "promises undefined", credit: wrongly(async () => undefined), naming: /creditAccount.*undefined/ },
  {
    what: "makes an event and returns nothing",
    credit: wrongly((_: unknown, { emit }: Parameters<Credit>[1]) => {
      emit.accountCredited({ amountCents: 1n });
    }),
    naming: /bank\.v1\.AccountCredited/,
  },
  {
    what: "makes an event and returns another",
    credit(_, { emit }) {
      emit.accountCredited({ amountCents: 1n });
      return emit.accountCredited({ amountCents: 2n });
    },
    naming: /bank\.v1\.AccountCredited/,
  },
  {
    what: "makes a rejection and returns an event",
    credit(_, { emit, reject }) {
      reject.accountIsClosed();
      return emit.accountCredited({ amountCents: 2n });
    },
    naming: /bank\.v1\.AccountIsClosed/,
  },
  {
    what: "makes a rejection and returns no events",
    credit(_, { reject }) {
      reject.accountIsClosed();
      return [];
    },
    naming: /bank\.v1\.AccountIsClosed/,
  },
  {
    what: "returns an event that its command does not emit",
    credit: wrongly(() => create(AccountDebitedSchema, { amountCents: 1n })),
    naming: /bank\.v1\.AccountDebited/,
  },
  {
    what: "returns a rejection that its command does not have",
    credit: wrongly(() => create(InsufficientFundsSchema, { missingCents: 1n })),
    naming: /bank\.v1\.InsufficientFunds/,
  },
  {
    what: "returns a rejection in a list",
    credit: wrongly((_: unknown, { reject }: Parameters<Credit>[1]) => [reject.accountIsClosed()]),
    naming: /bank\.v1\.AccountIsClosed/,
  },
  { what: "returns a number", credit: wrongly(() => 5), naming: /creditAccount.*5/ },
  {
    what: "returns an object that is no message",
    credit: wrongly(() => ({ amountCents: 1n })),
    naming: /creditAccount/,
  },
  {
    what: "returns an event of another entity",
    credit: (_, { emit }) => emit.accountCredited({ accountId: "another", amountCents: 1n }),
    naming: /another/,
  },
  {
    what: "returns an event with a value that its field cannot hold",
    credit: (_, { emit }) => emit.accountCredited({ amountCents: 2n ** 70n }),
    naming: /bank\.v1\.AccountCredited/,
  },
];

describe.each(journalCases)("a handler, on $name", ({ journal }) => {
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

  async function failsOnce(script: Script, naming: RegExp): Promise<unknown> {
    const { id, client } = await bank.opened(50n);
    bank.script(id, script);

    const failure = await failureOf(client.creditAccount({ amountCents: 1n }));

    expect(failure).toMatchObject({ code: "handler_failed", retryable: false });
    expect(failure.message).toMatch(naming);
    expect(failure.details).toMatchObject({ entity: "account", entityId: id, command: "bank.v1.CreditAccount" });
    expect(bank.log.at(-1)).toMatchObject({ message: failure.message, facts: { entityId: id } });
    // Alive, and as it was.
    bank.script(id, {});
    expect(await client.creditAccount({ amountCents: 1n })).toMatchObject({
      revision: 3,
      state: { balanceCents: 51n },
    });
    expect(await all(bank.engine.history(account, id))).toHaveLength(3);
    return failure.cause;
  }

  test.each(failures)("that $what has failed, by name, and nothing else has happened", async ({ credit, naming }) => {
    await failsOnce({ commands: { creditAccount: credit } }, naming);
  });

  test("that throws keeps what it threw as the cause", async () => {
    const cause = new TypeError("out of paper");
    const credit = () => {
      throw cause;
    };

    expect(await failsOnce({ commands: { creditAccount: credit } }, /out of paper/)).toBe(cause);
  });

  test("that makes events and returns a rejection has rejected the command", async () => {
    const { id, client } = await bank.opened(50n);
    bank.script(id, {
      commands: {
        creditAccount(command, { emit, reject }) {
          emit.accountCredited({ amountCents: command.amountCents });
          return reject.accountIsClosed();
        },
      },
    });

    expect(await client.creditAccount({ amountCents: 1n }).outcome()).toMatchObject({ case: "accountIsClosed" });
    expect(await bank.engine.state(account, id)).toMatchObject({ revision: 2, state: { balanceCents: 50n } });
  });

  test("that makes two rejections and returns one has failed", async () => {
    await failsOnce(
      {
        commands: {
          creditAccount(_, { reject }) {
            reject.accountIsClosed();
            return reject.accountIsClosed();
          },
        },
      },
      /bank\.v1\.AccountIsClosed/,
    );
  });

  test("that returns messages made with `create` is as good as one that uses the makers", async () => {
    const { id, client } = await bank.opened(50n);
    bank.script(id, { commands: { creditAccount: () => create(AccountCreditedSchema, { amountCents: 2n }) } });

    expect((await client.creditAccount({})).state.balanceCents).toBe(52n);
  });

  test("that returns a thenable which is no native promise is waited for", async () => {
    const { id, client } = await bank.opened(50n);
    const event = create(AccountCreditedSchema, { amountCents: 2n });
    bank.script(id, {
      commands: {
        creditAccount: wrongly(() => ({
          // biome-ignore lint/suspicious/noThenProperty: that is the point
          then: (resolve: (value: unknown) => void) => queueMicrotask(() => resolve(event)),
        })),
      },
    });

    expect((await client.creditAccount({}, { timeoutMs: 5_000 })).state.balanceCents).toBe(52n);
  });

  test("whose event cannot be applied has failed, and nothing is stored", async () => {
    const cause = new Error("no such currency");
    const accountCredited = () => {
      throw cause;
    };

    expect(await failsOnce({ events: { accountCredited } }, /events\.accountCredited.*no such currency/)).toBe(cause);
  });

  test.each([
    ["a state", (_: unknown, state: unknown) => state],
    ["a promise", async () => undefined],
    ["a promise that fails", async () => Promise.reject(new Error("later"))],
  ])("whose applier returns %s has failed, and nothing is stored", async (_, accountCredited) => {
    const unhandled: unknown[] = [];
    const onUnhandled = (cause: unknown) => unhandled.push(cause);
    process.on("unhandledRejection", onUnhandled);
    try {
      await failsOnce({ events: { accountCredited: wrongly(accountCredited) } }, /events\.accountCredited returned/);
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).toEqual([]);
    } finally {
      process.off("unhandledRejection", onUnhandled);
    }
  });

  test("that fails in the second of its events stores none of them", async () => {
    const { id, client } = await bank.opened(50n);
    bank.script(id, {
      events: {
        accountClosed: () => {
          throw new Error("stuck");
        },
      },
    });

    expect((await failureOf(client.closeAccount())).code).toBe("handler_failed");
    expect(await bank.engine.state(account, id)).toMatchObject({ revision: 2, state: { balanceCents: 50n } });
  });

  test("that is asynchronous keeps the order of the commands, however long each takes", async () => {
    const { id, client } = await bank.opened();
    const gates = [0, 1, 2].map(() => Promise.withResolvers<void>());
    const started: number[] = [];
    bank.script(id, {
      commands: {
        async creditAccount({ amountCents }, { state, emit }) {
          const index = Number(amountCents) - 1;
          started.push(index);
          await gates[index]?.promise;
          return emit.accountCredited({ amountCents: state.balanceCents * 10n + amountCents });
        },
      },
    });

    const sent = [1n, 2n, 3n].map((amountCents) => client.creditAccount({ amountCents }));
    for (const gate of gates.toReversed()) gate.resolve();
    const replies = await Promise.all(sent);

    expect(started).toEqual([0, 1, 2]);
    expect(replies.map((reply) => reply.state.balanceCents)).toEqual([1n, 13n, 146n]);
  });

  test("may send its own entity a command without waiting for it, and that one comes next", async () => {
    const { id, client } = await bank.opened();
    const sent: PromiseLike<{ readonly revision: number }>[] = [];
    bank.script(id, {
      commands: {
        debitAccount(_, { emit }) {
          sent.push(client.creditAccount({ amountCents: 7n }));
          return emit.accountDebited({ amountCents: 2n });
        },
      },
    });

    const debited = await client.debitAccount({});
    const credited = await sent[0];

    expect(debited).toMatchObject({ revision: 2, state: { balanceCents: -2n } });
    expect(credited).toMatchObject({ revision: 3, state: { balanceCents: 5n } });
  });

  test("may wait for a command of another entity", async () => {
    const { id, client } = await bank.opened(10n);
    const other = await bank.opened();
    bank.script(id, {
      commands: {
        async debitAccount({ amountCents }, { emit }) {
          await other.client.creditAccount({ amountCents });
          return emit.accountDebited({ amountCents });
        },
      },
    });

    await client.debitAccount({ amountCents: 4n });

    expect((await bank.engine.state(account, id)).state.balanceCents).toBe(6n);
    expect((await bank.engine.state(account, other.id)).state.balanceCents).toBe(4n);
  });
});
