import type { Transaction } from "kysely";
import type { StatementsDatabase, StatementsProjection } from "./gen/golden/bank/v1/statements_ego.ts";
import { NotImplemented } from "@ego/runtime";

interface Database extends StatementsDatabase {
  audit: { account_id: string; text: string };
}

async function audit(tx: Transaction<Database>, account_id: string, text: string): Promise<void> {
  await tx.insertInto("audit").values({ account_id, text }).execute();
}

export const statementsProjection: StatementsProjection<Database> = {
  async accountCredited(event, { tx, entityId, rowOf, recordedAt }) {
    const day = Number(recordedAt.toISOString().slice(0, 10).replaceAll("-", ""));
    await rowOf({ accountId: entityId, day }).increment({ turnoverCents: event.amountCents });
    await audit(tx, entityId, `credited ${event.amountCents}`);
  },
  /** A fee was taken from an account. */
  feeCharged() {
    // (event, { row, tx }): event.accountId, event.day, event.cents
    throw new NotImplemented("golden.bank.v1.FeeCharged");
  },
  accountDebited() {
    // (event, { rowOf, tx }): event.amountCents
    throw new NotImplemented("golden.bank.v1.AccountDebited");
  },
};
