import { expect, test } from "vitest";
import { accountBehavior } from "../../../examples/bank/src/account.ts";
import { account, balancesTable } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { AccountOpenedSchema, BalanceSchema } from "../../../examples/bank/src/gen/bank/v1/account_pb.ts";
import type { Implementation } from "../codegen/entity.ts";
import type { Schema } from "../codegen/message.ts";
import { readModel } from "../codegen/read-model.ts";
import { seam } from "../codegen/seam.ts";
import { compileEntity } from "../entity/compiled-entity.ts";
import type { JournalEvent } from "../journal/journal-cursor.ts";
import { type CompiledProjection, compileProjection } from "./compiled-projection.ts";

const entities = new Map([["account", compileEntity(account.implement(accountBehavior) as unknown as Implementation)]]);

/** The projection of a read model with one method, for such a message of accounts. */
function projectionOf(message: Schema): CompiledProjection {
  const made = readModel({ seam, name: "openings", table: balancesTable, events: { one: ["account", message] } });
  return compileProjection(made.implement({ one: async () => {} }), entities);
}

const stored = (entityType: string, type: string) => ({ entityType, type }) as JournalEvent;

test("an event is passed over that no method is for; one whose type nobody knows is not", () => {
  const { consumes } = projectionOf(AccountOpenedSchema);
  expect(consumes(stored("account", "bank.v1.AccountOpened"))).toBe(true);
  expect(consumes(stored("account", "bank.v1.AccountCredited"))).toBe(false);
  // It may be the new name of one that is wanted: it is decoded, and fails.
  expect(consumes(stored("account", "bank.v1.AccountUnlocked"))).toBe(true);
  expect(consumes(stored("order", "bank.v1.AccountOpened"))).toBe(false);
});

test("a method for what is no event of the entity is refused, instead of never being called", () => {
  expect(() => projectionOf(BalanceSchema)).toThrow(
    'The projection "openings" consumes bank.v1.Balance, which is no event of "account" in this program: generate both again.',
  );
});
