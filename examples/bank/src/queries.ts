import type { ProjectionRef } from "@ego/runtime";
import { tableReader } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";
import { type AccountDatabase, balancesTable } from "./gen/bank/v1/account_ego.ts";
import type { Balance } from "./gen/bank/v1/account_pb.ts";

/** What can be asked about all accounts. */
export interface Queries {
  /**
   * What one account holds; undefined if it was never opened.
   *
   * @param after waits until this event is in the answer, as `engine.positionOf` names it
   */
  balance(accountId: string, after?: string): Promise<Balance | undefined>;
  /** Accounts that are not closed, the richest first. */
  richest(limit: number): Promise<readonly { readonly accountId: string; readonly balanceCents: bigint }[]>;
}

/** Queries of the read model `balances`. */
export function queries(db: Kysely<AccountDatabase>, balancesOf: ProjectionRef): Queries {
  const table = tableReader(db, balancesTable);
  return {
    async balance(accountId, after) {
      if (after !== undefined) await caughtUp(balancesOf, after);
      return table.find(accountId);
    },
    async richest(limit) {
      const rows = await db
        .selectFrom("balances")
        .select(["account_id", "balance_cents"])
        .where("closed", "=", 0)
        .orderBy("balance_cents", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => ({ accountId: row.account_id, balanceCents: BigInt(row.balance_cents) }));
    },
  };
}

/** A reply comes when its events are stored: the read model has them a moment later. */
async function caughtUp(balancesOf: ProjectionRef, after: string): Promise<void> {
  await balancesOf.caughtUpTo(after, { timeoutMs: 2_000 });
}
