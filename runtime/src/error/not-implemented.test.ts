import { describe, expect, test } from "vitest";
import { accountBehavior } from "../../../examples/bank/src/account.ts";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { given } from "../testing/given.ts";
import { EgoError } from "./ego-error.ts";
import { NotImplemented } from "./not-implemented.ts";

const todo = (type: string) => () => {
  throw new NotImplemented(type);
};
const { commands, events } = accountBehavior;

/** What a command fails with. */
async function failure(scenario: PromiseLike<unknown>): Promise<string> {
  try {
    await scenario;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it was carried out");
}

describe("what nobody has filled in yet", () => {
  test.each(["creditAccount", "debitAccount"] as const)("fails the command with a way out: %s", async (name) => {
    const type = `bank.v1.${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
    const opened = account.events.accountOpened({ ownerEmail: "ann@example.org" });
    const behaviors = account.implement({ events, commands: { ...commands, [name]: todo(type) } });
    await given(behaviors, opened).when[name]({ amountCents: 1n }).fails("handler_failed");
    expect(await failure(given(behaviors, opened).when[name]({ amountCents: 1n }).emits())).toContain(
      `${type} is not implemented yet. Fill in commands.${name} of its behavior.`,
    );
  });

  test("of an asynchronous handler as well", async () => {
    const behaviors = account.implement({
      events,
      commands: { ...commands, openAccount: async () => todo("bank.v1.OpenAccount")() },
    });
    expect(await failure(given(behaviors).when.openAccount({}).emits())).toContain("Fill in commands.openAccount");
  });

  test("and in an applier, it says which", async () => {
    const behaviors = account.implement({
      commands,
      events: { ...events, accountClosed: todo("bank.v1.AccountClosed") },
    });
    const opened = account.events.accountOpened({ ownerEmail: "ann@example.org" });
    await given(behaviors, opened).when.closeAccount().fails("handler_failed");
    expect(await failure(given(behaviors, opened).when.closeAccount().emits())).toContain(
      "events.accountClosed failed: bank.v1.AccountClosed is not implemented yet",
    );
  });
});

test("is an error of its own, also of another install of the package", () => {
  const thrown = new NotImplemented("bank.v1.OpenAccount");
  expect(thrown).toBeInstanceOf(Error);
  expect(thrown).not.toBeInstanceOf(EgoError);
  expect(thrown).toMatchObject({ name: "NotImplemented", type: "bank.v1.OpenAccount" });
  expect(String(thrown)).toBe("NotImplemented: bank.v1.OpenAccount is not implemented yet");
  const foreign = Object.defineProperty(new Error("x"), Symbol.for("@ego/runtime/NotImplemented"), { value: true });
  expect(foreign).toBeInstanceOf(NotImplemented);
  expect(new Error("x")).not.toBeInstanceOf(NotImplemented);
});
