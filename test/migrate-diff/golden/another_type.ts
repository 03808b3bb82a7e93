import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // DECIDE: "amount" of another_type.Row was string, and is int64: what becomes of the values that are there cannot be
  // told from that. Programs of the old release fail in any case: stop them before.
  if (await tables.hasColumn("another_type", "amount")) {
    // Either the database converts them, and refuses those that it cannot:
    // await tables.alterColumn("another_type", "amount", tables.types.bigint, tables.zeros.bigint);
    // or they are given up:
    // await db.schema.alterTable("another_type").dropColumn("amount").execute();
    // await db.schema
    //   .alterTable("another_type")
    //   .addColumn("amount", tables.types.bigint, (column) => column.notNull().defaultTo(tables.zeros.bigint))
    //   .execute();
    // or you write what is right.
    throw new Error("Decide in this migration what becomes of another_type.amount, and take this line out.");
  }
}
