import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { accountBehavior } from "../../../examples/bank/src/account.ts";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { AccountSchema, CloseAccountSchema } from "../../../examples/bank/src/gen/bank/v1/account_pb.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { InventoryItemSchema } from "../../../examples/inventory/src/gen/shop/v1/inventory_pb.ts";
import { inventoryBehavior } from "../../../examples/inventory/src/inventory.ts";
import { type ParcelBehavior, parcel } from "../../../test/domain/gen/parcel/v1/parcel_ego.ts";
import { given } from "./given.ts";
import { ScenarioError } from "./scenario-error.ts";

const { accountOpened, accountCredited, accountDebited, accountClosed } = account.events;
const { insufficientFunds, accountIsClosed } = account.rejections;
const accounts = account.implement(accountBehavior);
const opened = accountOpened({ ownerEmail: "ann@example.org" });
const credited = accountCredited({ amountCents: 100n });
const items = inventoryItem.implement(inventoryBehavior);
const pen = create(InventoryItemSchema, { title: "Pen", onHand: 3 });

/** What a scenario fails with: an assertion that a test runner shows with its two sides. */
async function wrong(scenario: PromiseLike<unknown>): Promise<ScenarioError> {
  try {
    await scenario;
  } catch (failure) {
    expect(failure).toBeInstanceOf(ScenarioError);
    expect(failure).toMatchObject({ name: "AssertionError" });
    expect(failure).toHaveProperty("expected");
    expect(failure).toHaveProperty("actual");
    return failure as ScenarioError;
  }
  throw new Error("The scenario holds, and it should not");
}

const holding = () => given(accounts, opened, credited);

describe("an assertion that holds", () => {
  test.each([
    [
      "emits",
      () =>
        holding()
          .when.debitAccount({ amountCents: 30n })
          .emits(accountDebited({ amountCents: 30n })),
    ],
    ["emits nothing", () => given(accounts, opened, accountClosed()).when.closeAccount().emits()],
    ["leaves", () => holding().when.creditAccount({ amountCents: 5n }).leaves({ balanceCents: 105n, closed: false })],
    [
      "leaves, after a rejection",
      () => holding().when.debitAccount({ amountCents: 101n }).leaves({ balanceCents: 100n }),
    ],
    [
      "rejects",
      () =>
        holding()
          .when.debitAccount({ amountCents: 130n })
          .rejects(insufficientFunds({ missingCents: 30n })),
    ],
    ["fails", () => holding().when.openAccount({}).fails("already_exists")],
    ["saves", () => given(items, pen).when.takeStock({ quantity: 1 }).saves().leaves({ title: "Pen", onHand: 2 })],
    ["removes", () => given(items, pen).when.discontinueItem().removes().leaves({ title: "", onHand: 0 })],
    ["keeps", () => given(items, pen).when.describeItem({ title: "Pen" }).keeps().leaves({ onHand: 3 })],
    [
      "rejects, durable",
      () =>
        given(items, pen)
          .when.takeStock({ quantity: 9 })
          .rejects(inventoryItem.rejections.outOfStock({ onHand: 3 })),
    ],
  ])("passes: %s", async (_, scenario) => {
    await scenario();
  });

  test("can be followed by others, and by the result", async () => {
    const result = await holding()
      .when.closeAccount()
      .emits(accountDebited({ amountCents: 100n }), accountClosed())
      .leaves({ closed: true });

    expect(result.events.map((event) => event.$typeName)).toEqual(["bank.v1.AccountDebited", "bank.v1.AccountClosed"]);
    expect(result.state).toMatchObject({ closed: true, balanceCents: 0n });
    expect(result.rejection).toBeUndefined();
    const rejected = await holding().when.debitAccount({ amountCents: 101n });
    expect(rejected).toMatchObject({ rejection: { missingCents: 1n }, events: [] });
  });
});

describe("an assertion that does not hold", () => {
  const debit = (amountCents: bigint) => holding().when.debitAccount({ amountCents });

  test.each([
    ["emits another value", () => debit(30n).emits(accountDebited({ amountCents: 31n }))],
    ["emits another event", () => debit(30n).emits(accountCredited({ amountCents: 30n }))],
    [
      "emits one less",
      () =>
        holding()
          .when.closeAccount()
          .emits(accountDebited({ amountCents: 100n })),
    ],
    [
      "emits in another order",
      () =>
        holding()
          .when.closeAccount()
          .emits(accountClosed(), accountDebited({ amountCents: 100n })),
    ],
    ["emits one more", () => debit(30n).emits(accountDebited({ amountCents: 30n }), accountClosed())],
    ["emits nothing", () => debit(30n).emits()],
    ["emits though it was rejected", () => debit(130n).emits(accountDebited({ amountCents: 130n }))],
    ["emits nothing though it was rejected", () => debit(130n).emits()],
    ["rejects with another value", () => debit(130n).rejects(insufficientFunds({ missingCents: 31n }))],
    ["rejects with another rejection", () => debit(130n).rejects(accountIsClosed())],
    ["rejects what was accepted", () => debit(30n).rejects(insufficientFunds())],
    ["leaves another value", () => debit(30n).leaves({ balanceCents: 71n })],
    ["leaves what it left before the command", () => debit(30n).leaves({ balanceCents: 100n })],
    ["fails where nothing failed", () => debit(30n).fails("not_found")],
    ["fails where it was rejected", () => debit(130n).fails("rejected")],
    ["fails otherwise", () => holding().when.openAccount({}).fails("not_found")],
    ["saves what is kept", () => given(items, pen).when.describeItem({ title: "Pen" }).saves()],
    ["keeps what is saved", () => given(items, pen).when.takeStock({ quantity: 1 }).keeps()],
    ["removes what is saved", () => given(items, pen).when.takeStock({ quantity: 1 }).removes()],
    ["saves what is removed", () => given(items, pen).when.discontinueItem().saves()],
    ["saves what is rejected", () => given(items, pen).when.takeStock({ quantity: 9 }).saves()],
    [
      "a second assertion after one that holds",
      () =>
        debit(30n)
          .emits(accountDebited({ amountCents: 30n }))
          .leaves({ closed: true }),
    ],
  ])("fails: %s", async (_, scenario) => {
    await wrong(scenario());
  });

  test("shows both sides in a form that a runner can compare", async () => {
    const failure = await wrong(debit(30n).emits(accountDebited({ amountCents: 31n })));

    expect(failure.expected).toEqual([{ "bank.v1.AccountDebited": { accountId: "1", amountCents: "31n" } }]);
    expect(failure.actual).toEqual([{ "bank.v1.AccountDebited": { accountId: "1", amountCents: "30n" } }]);
  });

  test("does not hide a failure of the behavior behind what was expected", async () => {
    const broken = account.implement({
      ...accountBehavior,
      commands: {
        ...accountBehavior.commands,
        creditAccount: () => {
          throw new Error("out of paper");
        },
      },
    });
    const scenario = () => given(broken, opened).when.creditAccount({});

    for (const failing of [
      scenario(),
      scenario().emits(),
      scenario().leaves({}),
      scenario().rejects(accountIsClosed()),
    ]) {
      await expect(failing).rejects.toMatchObject({
        code: "handler_failed",
        message: expect.stringContaining("out of paper"),
      });
    }
    await scenario().fails("handler_failed");
  });
});

describe("the difference that is shown", () => {
  test("says in the message where the two sides differ", async () => {
    const failure = await wrong(
      holding()
        .when.closeAccount()
        .emits(accountDebited({ amountCents: 99n })),
    );

    expect(failure.message.split("\n")).toEqual([
      "other events than expected:",
      "  [0].bank.v1.AccountDebited.amountCents: expected 99n, got 100n",
      '  [1]: expected nothing, got {"bank.v1.AccountClosed":{"accountId":"1"}}',
    ]);
    const state = await wrong(
      holding().when.closeAccount().leaves({ balanceCents: 5n, ownerEmail: "bob@example.org" }),
    );
    expect(state.message.split("\n")).toEqual([
      "another state than expected:",
      '  bank.v1.Account.ownerEmail: expected "bob@example.org", got "ann@example.org"',
      "  bank.v1.Account.balanceCents: expected 5n, got 0n",
    ]);
  });

  test("says what was decided instead of what was expected", async () => {
    const told = async (scenario: PromiseLike<unknown>) => (await wrong(scenario)).message;

    expect(await told(holding().when.debitAccount({ amountCents: 101n }).emits())).toContain("rejected");
    expect(await told(holding().when.debitAccount({ amountCents: 1n }).fails("not_found"))).toContain(
      "expected the failure not_found",
    );
    expect(await told(holding().when.openAccount({}).fails("not_found"))).toContain("got already_exists");
    expect(await told(given(items, pen).when.takeStock({ quantity: 1 }).removes())).toContain("onHand");
  });

  test("is that of a state that was expected after a failure or a no-op: what was before", async () => {
    await holding().when.openAccount({}).fails("already_exists").leaves({ balanceCents: 100n });
    await wrong(holding().when.openAccount({}).fails("already_exists").leaves({ balanceCents: 0n }));
  });
});

describe("an arrangement that makes no sense is an error of the test", () => {
  test("a rejection, a command, an old state or nothing at all as history, each named as what it is", async () => {
    const told = async (history: unknown) =>
      (
        await wrong(
          given(accounts, opened, history as never)
            .when.closeAccount()
            .emits(),
        )
      ).message;

    expect(await told(accountIsClosed())).toContain('bank.v1.AccountIsClosed is a rejection of "account"');
    expect(await told(create(CloseAccountSchema))).toContain('is a command of "account"');
    expect(await told(create(AccountSchema))).toContain('is the state of "account"');
    expect(await told(undefined)).toContain("undefined is no message");
  });

  test("an event where a rejection is expected, a rejection where an event is, the other kind's assertions", async () => {
    const told = async (scenario: PromiseLike<unknown>) => (await wrong(scenario)).message;

    expect(await told(holding().when.closeAccount().emits(accountIsClosed()))).toContain("is a rejection of");
    expect(await told(holding().when.closeAccount().rejects(accountClosed()))).toContain("is an event of");
    expect(await told(holding().when.closeAccount().saves())).toContain("emits events");
    expect(await told(given(items, pen).when.discontinueItem().emits())).toContain("durable state");
  });

  test("a history or a state of another id", async () => {
    await wrong(
      given(accounts, accountOpened({ accountId: "2" }))
        .when.closeAccount()
        .emits(),
    );
    await wrong(
      given(items, create(InventoryItemSchema, { sku: "2" }))
        .when.discontinueItem()
        .removes(),
    );
  });

  test("an entity without its behavior", () => {
    expect(() => given(account as never)).toThrow("account.implement(behavior)");
  });

  test("an event of another entity", async () => {
    const foreign = parcel.events.parcelDelivered();

    const failure = await wrong(given(accounts, opened, foreign).when.closeAccount().emits());

    expect(failure.message).toContain("parcel.v1.ParcelDelivered");
    expect(failure.message).toContain('"account"');
  });

  test("a state as the history of an event-sourced entity", async () => {
    await wrong(
      given(accounts, create(AccountSchema, { closed: true }))
        .when.closeAccount()
        .emits(),
    );
  });

  test("two states of a durable entity, or another message than its state", async () => {
    await wrong(given(items, pen, pen).when.discontinueItem().removes());
    await wrong(given(items, opened).when.discontinueItem().removes());
  });

  test("an event that cannot be applied", async () => {
    const broken = account.implement({
      ...accountBehavior,
      events: {
        ...accountBehavior.events,
        accountCredited: () => {
          throw new Error("no such currency");
        },
      },
    });

    const failure = await wrong(given(broken, opened, credited).when.closeAccount().emits());
    expect(failure.message).toContain("event 2, bank.v1.AccountCredited, cannot be applied: no such currency");
    expect(failure.cause).toMatchObject({ message: "no such currency" });
  });

  test("a command of another type", async () => {
    const foreign: object = create(CloseAccountSchema);

    await wrong(given(accounts, opened).when.creditAccount(foreign).emits());
  });

  test("an expected event or rejection of another entity", async () => {
    await wrong(given(accounts, opened).when.closeAccount().emits(parcel.events.parcelDelivered()));
    await wrong(given(accounts, opened).when.closeAccount().rejects(parcel.rejections.tooBig()));
  });

  test("a field that the state does not have", async () => {
    const failure = await wrong(holding().when.closeAccount().leaves(JSON.parse('{"balance":"5"}')));

    expect(failure.message).toContain("balance");
  });

  test("none of it passes for the failure that was expected", async () => {
    const foreign = parcel.events.parcelDelivered();

    await wrong(given(accounts, foreign).when.openAccount({}).fails("already_exists"));
  });
});

describe("a scenario", () => {
  test("gives the handler a fixed time, ids, command id and metadata, unless the test says otherwise", async () => {
    const seen: unknown[] = [];
    const watching = account.implement({
      ...accountBehavior,
      commands: {
        ...accountBehavior.commands,
        creditAccount(_, { now, newId, commandId, metadata, entityId, revision, signal }) {
          seen.push([now.getTime(), newId(), newId(), commandId, { ...metadata }, entityId, revision, signal.aborted]);
          return [];
        },
      },
    });

    await given(watching, opened).when.creditAccount({}).emits();
    const options = { now: new Date(5), newId: () => "x", commandId: "c", metadata: { actor: "ann" } };
    await given(watching, opened).when.creditAccount({}, options).emits();

    const first = { correlationId: "command-1", causationId: "command-1" };
    const second = { correlationId: "c", causationId: "c", actor: "ann" };
    expect(seen).toEqual([
      [0, "id-1", "id-2", "command-1", first, "1", 1, false],
      [5, "x", "x", "c", second, "1", 1, false],
    ]);
  });

  test("shows events as they were stored, whatever later appliers do to what they share with the state", async () => {
    const behavior: ParcelBehavior = {
      commands: {
        postParcel: (_, { emit }) => emit.parcelPosted(),
        scanParcel: (_, { emit }) => emit.parcelScanned(),
        redirectParcel: () => [],
        deliverParcel: (_, { emit }) => [emit.parcelScanned({ scan: { depot: "north" } }), emit.parcelDelivered()],
        attach: () => [],
      },
      events: {
        parcelScanned(event, state) {
          if (event.scan) state.scans.push(event.scan);
        },
        parcelRedirected() {},
        parcelDelivered(_, state) {
          for (const scan of state.scans) scan.depot = "archived";
        },
      },
    };
    const { parcelPosted, parcelScanned, parcelDelivered } = parcel.events;

    await given(parcel.implement(behavior), parcelPosted())
      .when.deliverParcel()
      .emits(parcelScanned({ scan: { depot: "north" } }), parcelDelivered());
  });

  test("leaves the messages of the test as they were, so that it may use them again", async () => {
    const constant = Object.freeze(accountOpened({ ownerEmail: "ann@example.org" }));

    for (let i = 0; i < 2; i++) {
      await given(accounts, constant, Object.freeze(accountCredited({ amountCents: 5n })))
        .when.closeAccount()
        .emits(Object.freeze(accountDebited({ amountCents: 5n })), Object.freeze(accountClosed()));
    }
    expect(constant.accountId).toBe("");
    await given(items, Object.freeze(pen)).when.takeStock({ quantity: 1 }).saves();
    expect(pen).toMatchObject({ sku: "", onHand: 3 });
  });
});

test("a scenario that is wrong fails the process also where nobody waits for it", () => {
  const forgotten = fileURLToPath(new URL("./testdata/forgotten.ts", import.meta.url));

  const { status, stderr } = spawnSync(process.execPath, ["--conditions=@ego/source", forgotten], { encoding: "utf8" });

  expect(status).toBe(1);
  expect(stderr).toContain("other events than expected");
});

test("a failed assertion points at the line of the test", async () => {
  const failure = await wrong(given(accounts).when.openAccount({}).emits());

  expect(failure.stack?.split("\n").find((line) => line.startsWith("    at "))).toContain("given.test.ts");
});

test("a handler that changes the state is told what to do instead", async () => {
  const changing = account.implement({
    ...accountBehavior,
    commands: {
      ...accountBehavior.commands,
      closeAccount(_, { state }) {
        (state as { closed: boolean }).closed = true;
        return [];
      },
    },
  });

  await expect(given(changing, opened).when.closeAccount()).rejects.toThrow(
    "State and command are frozen here: emit an event and change the state in its applier",
  );
});
