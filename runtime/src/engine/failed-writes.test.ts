import type { Transaction } from "kysely";
import { describe, expect, test } from "vitest";
import { balancesProjection } from "../../../examples/bank/src/balances.ts";
import { account, type BalancesProjection, balances } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { projection } from "../projection/projection.ts";
import { type Bank, freshId, startBank } from "./testdata/bank.ts";
import { journalCases } from "./testdata/journals.ts";

const full = "full@example.org";

/** The row of one owner has all the money that it can have from its start. */
const overflowing: BalancesProjection = {
  ...balancesProjection,
  accountOpened: ({ ownerEmail }, { row }) =>
    row.upsert({ ownerEmail, balanceCents: ownerEmail === full ? 2n ** 63n - 1n : 0n }),
};

const count = 60;

/** Accounts, of which one has no room for a cent. */
async function opened(bank: Bank): Promise<{ readonly ids: readonly string[]; readonly poor: string }> {
  const ids = Array.from({ length: count }, freshId);
  const poor = ids[count / 2] ?? "";
  await Promise.all(
    ids.map((id) => bank.accounts.get(id).openAccount({ ownerEmail: id === poor ? full : "ann@example.org" })),
  );
  return { ids, poor };
}

const credited = (bank: Bank, ids: readonly string[]) =>
  Promise.allSettled(ids.map((id) => bank.accounts.get(id).creditAccount({ amountCents: 1n })));

async function caughtUp(bank: Bank, name: string): Promise<void> {
  await using stream = bank.engine.subscribe({ from: "now" });
  await bank.engine.projection(name).caughtUpTo(await stream.positions(), { timeoutMs: 15_000 });
}

interface Balances {
  readonly balances: { readonly account_id: string; readonly balance_cents: unknown };
}

/** A projection that reads what is in the table of another. */
function reader() {
  const found = new Map<string, number>();
  return {
    found,
    projection: projection<typeof account>({
      name: "reader",
      entities: [account],
      handle: async ({ name }, { tx }) => {
        if (name !== "accountClosed") return;
        const rows = await (tx as Transaction<Balances>).selectFrom("balances").selectAll().execute();
        // Not each driver reads the largest one exactly.
        for (const row of rows) found.set(row.account_id, Number(row.balance_cents));
      },
    }),
  };
}

describe.each(journalCases.filter(({ name }) => name !== "memory"))(
  "a row that cannot be written, on $name",
  ({ journal }) => {
    test("among many that are written at once is told by its event: that alone is passed over", async () => {
      using journaled = journal();
      const read = reader();
      const implemented = balances.implement(overflowing, { parts: 1, onFailure: "skip" });
      await using bank = await startBank(journaled.store(), { projections: [implemented, read.projection] });
      const { ids, poor } = await opened(bank);
      await caughtUp(bank, "balances");
      // So that all of them are read at once.
      await bank.engine.projection("balances").pause();
      expect((await credited(bank, ids)).every(({ status }) => status === "fulfilled")).toBe(true);
      await bank.engine.projection("balances").resume();
      await caughtUp(bank, "balances");

      expect(await bank.engine.projection("balances").deadLetters()).toMatchObject([
        { entityId: poor, revision: 2, failure: expect.stringContaining("out of the range") },
      ]);
      const other = freshId();
      await bank.accounts.get(other).openAccount({ ownerEmail: "bob@example.org" });
      await caughtUp(bank, "balances");
      await bank.accounts.get(other).closeAccount();
      await caughtUp(bank, "reader");
      expect(Object.fromEntries(read.found)).toEqual(
        Object.fromEntries([...ids.map((id) => [id, id === poor ? 2 ** 63 : 1]), [other, 0]]),
      );
    });

    test("of an inline projection fails its command, and none of those that are stored with it", async () => {
      using journaled = journal();
      const implemented = balances.implement(overflowing, { inline: true });
      await using bank = await startBank(journaled.store(), { projections: [implemented] });
      const { ids, poor } = await opened(bank);
      const outcomes = await credited(bank, ids);
      const failed = outcomes.flatMap((outcome, index) =>
        outcome.status === "rejected" ? [[ids[index], outcome.reason]] : [],
      );
      expect(failed).toEqual([
        [
          poor,
          expect.objectContaining({ code: "handler_failed", message: expect.stringContaining("failed on event 2 of") }),
        ],
      ]);
    });

    test("of an inline projection that passes over it is told by its event, and its command is stored", async () => {
      using journaled = journal();
      const implemented = balances.implement(overflowing, { inline: true, onFailure: "skip" });
      await using bank = await startBank(journaled.store(), { projections: [implemented] });
      const { ids, poor } = await opened(bank);
      expect((await credited(bank, ids)).every(({ status }) => status === "fulfilled")).toBe(true);
      expect(await bank.engine.projection("balances").deadLetters()).toMatchObject([
        { entityId: poor, revision: 2, failure: expect.stringContaining("out of the range") },
      ]);
    });
  },
);
