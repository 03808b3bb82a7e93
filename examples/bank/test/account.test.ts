import { given } from "@ego/runtime/testing";
import { test } from "vitest";
import { accountBehavior } from "../src/account.ts";
import { account } from "../src/gen/bank/v1/account_ego.ts";

const { accountOpened, accountCredited, accountDebited, accountClosed } = account.events;
const { insufficientFunds, accountIsClosed } = account.rejections;
const accounts = account.implement(accountBehavior);
const opened = accountOpened({ ownerEmail: "ann@example.org" });

test("an account is opened with money", () =>
  given(accounts)
    .when.openAccount({ ownerEmail: "ann@example.org", openingCents: 5n })
    .emits(opened, accountCredited({ amountCents: 5n }))
    .leaves({ ownerEmail: "ann@example.org", balanceCents: 5n }));

test("an account is not opened twice", () => given(accounts, opened).when.openAccount({}).fails("already_exists"));

test("a debit beyond the balance is rejected", () =>
  given(accounts, opened, accountCredited({ amountCents: 100n }))
    .when.debitAccount({ amountCents: 130n })
    .rejects(insufficientFunds({ missingCents: 30n })));

test("a debit takes money out", () =>
  given(accounts, opened, accountCredited({ amountCents: 100n }))
    .when.debitAccount({ amountCents: 30n })
    .emits(accountDebited({ amountCents: 30n }))
    .leaves({ balanceCents: 70n }));

test("closing pays the rest out", () =>
  given(accounts, opened, accountCredited({ amountCents: 100n }))
    .when.closeAccount()
    .emits(accountDebited({ amountCents: 100n }), accountClosed())
    .leaves({ balanceCents: 0n, closed: true }));

test("closing twice changes nothing", () => given(accounts, opened, accountClosed()).when.closeAccount().emits());

test("nothing moves in a closed account", () =>
  given(accounts, opened, accountClosed()).when.creditAccount({ amountCents: 1n }).rejects(accountIsClosed()));

test("nothing moves in an account that was never opened", () =>
  given(accounts).when.creditAccount({ amountCents: 1n }).fails("not_found"));
