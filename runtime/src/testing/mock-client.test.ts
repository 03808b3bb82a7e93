import { create } from "@bufbuild/protobuf";
import { describe, expect, expectTypeOf, test } from "vitest";
import { type AccountClient, account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { CloseAccountSchema } from "../../../examples/bank/src/gen/bank/v1/account_pb.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import type { EntityRef } from "../engine/engine.ts";
import { EgoError } from "../error/ego-error.ts";
import { RejectedError } from "../error/rejected-error.ts";
import { mockClient } from "./mock-client.ts";
import { ScenarioError } from "./scenario-error.ts";

/** Code under test: pays out what an account has, up to a limit, and tries again once. */
async function payOut(accounts: EntityRef<AccountClient>, id: string, cents: bigint): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const outcome = await accounts.get(id).debitAccount({ amountCents: cents }, { commandId: "p" }).outcome();
      if (outcome.case === "accepted") return `left ${outcome.state.balanceCents}`;
      if (outcome.case === "insufficientFunds") return `missing ${outcome.rejection.missingCents}`;
      return outcome.case;
    } catch (failure) {
      if (!(failure instanceof EgoError && failure.retryable) || attempt > 1) throw failure;
    }
  }
}

describe("a mock of a client", () => {
  test("answers as scripted, in order, the last answer for all that follow, and keeps what it was sent", async () => {
    const accounts = mockClient(account);
    accounts.on.debitAccount.fails("unavailable").replies({ balanceCents: 7n });

    expect(await payOut(accounts, "a-1", 5n)).toBe("left 7");
    expect(await payOut(accounts, "a-2", 5n)).toBe("left 7");

    const call = { id: "a-1", command: "debitAccount", fields: { amountCents: 5n }, options: { commandId: "p" } };
    expect(accounts.calls).toEqual([call, call, { ...call, id: "a-2" }]);
  });

  test("rejects: returned by outcome(), thrown to whoever awaits", async () => {
    const { insufficientFunds, accountIsClosed } = account.rejections;
    const accounts = mockClient(account);
    accounts.on.debitAccount.rejects(insufficientFunds({ missingCents: 3n })).rejects(accountIsClosed());

    expect(await payOut(accounts, "a-1", 5n)).toBe("missing 3");
    await expect(accounts.get("a-1").debitAccount({ amountCents: 5n })).rejects.toThrow(RejectedError);
    expect(await payOut(accounts, "a-1", 5n)).toBe("accountIsClosed");
  });

  test("replies with a state that is whole, its id filled in, and a revision that goes on for each entity", async () => {
    const accounts = mockClient(account);
    accounts.on.openAccount.replies();
    accounts.on.closeAccount.replies({ closed: true }, { revision: 9, repeated: true });

    const reply = await accounts.get("a-1").openAccount({});
    expect(reply).toMatchObject({ revision: 1, position: 0, repeated: false, recordedAt: new Date(0) });
    expect(reply.state).toMatchObject({ $typeName: "bank.v1.Account", accountId: "a-1", balanceCents: 0n });
    expect(Object.isFrozen(reply.state)).toBe(true);
    expect((await accounts.get("a-1").openAccount({})).revision).toBe(2);
    expect((await accounts.get("a-2").openAccount({})).revision).toBe(1);
    expect(await accounts.get("a-1").closeAccount()).toMatchObject({ revision: 9, repeated: true });
  });

  test("does what a function says of the call, also a rejection, or a failure of any kind", async () => {
    const items = mockClient(inventoryItem);
    const cause = new TypeError("no such shelf");
    items.on.takeStock.does(async ({ id, fields: { quantity = 0 } }) => {
      expectTypeOf(quantity).toEqualTypeOf<number>();
      if (quantity > 9) throw cause;
      return quantity > 3 ? inventoryItem.rejections.outOfStock({ onHand: 3 }) : { title: id, onHand: 3 - quantity };
    });

    expect((await items.get("pen").takeStock({ quantity: 1 })).state).toMatchObject({ title: "pen", onHand: 2 });
    expect(await items.get("pen").takeStock({ quantity: 5 }).outcome()).toMatchObject({ case: "outOfStock" });
    await expect(items.get("pen").takeStock({ quantity: 10 })).rejects.toBe(cause);
  });

  test("fails a command that is not scripted, by name and id, and nothing else", async () => {
    const accounts = mockClient(account);
    accounts.on.openAccount.replies();

    const failure = await accounts
      .get("a-1")
      .closeAccount()
      .then(String, (thrown: Error) => thrown);

    expect(failure).toBeInstanceOf(ScenarioError);
    expect(String(failure)).toContain('account "a-1" was sent closeAccount');
    expect(accounts.calls).toMatchObject([{ command: "closeAccount", fields: {}, options: {} }]);
    await accounts.get("a-1").openAccount({});
  });

  test("checks what it is sent as an engine does", async () => {
    const accounts = mockClient(account);
    accounts.on.creditAccount.replies();
    const refused = { code: "invalid_argument" };

    expect(() => accounts.get("")).toThrow("is empty");
    await expect(accounts.get("a").creditAccount({ accountId: "b" })).rejects.toMatchObject(refused);
    await expect(accounts.get("a").creditAccount({}, { timeoutMs: 0 })).rejects.toMatchObject(refused);
    const foreign: object = create(CloseAccountSchema);
    await expect(accounts.get("a").creditAccount(foreign)).rejects.toMatchObject(refused);
  });

  test("refuses a script that makes no sense where it is written", () => {
    const { on } = mockClient(account);
    const foreign = inventoryItem.rejections.outOfStock() as never;

    expect(() => on.debitAccount.rejects(foreign)).toThrow("debitAccount does not reject with shop.v1.OutOfStock");
    expect(() => on.creditAccount.rejects(account.rejections.insufficientFunds() as never)).toThrow("does not reject");
    expect(() => on.creditAccount.replies(JSON.parse('{"balance":"5"}'))).toThrow(
      'the state of "account" has no field',
    );
  });

  test("is typed by the client", () => {
    const accounts = mockClient(account);
    expectTypeOf(accounts).toExtend<EntityRef<AccountClient>>();
    // @ts-expect-error: this command does not reject
    const wrong = () => accounts.on.openAccount.rejects(account.rejections.accountIsClosed());
    // @ts-expect-error: the state has no such field
    const misspelt = () => accounts.on.openAccount.replies({ balance: 5n });
    expect([wrong, misspelt]).toHaveLength(2);
    for (const call of accounts.calls) {
      if (call.command === "creditAccount") expectTypeOf(call.fields.amountCents).toEqualTypeOf<bigint | undefined>();
    }
  });
});
