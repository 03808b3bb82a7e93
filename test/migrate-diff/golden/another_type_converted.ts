import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // DECIDE: "amount" of another_type_converted.Row was int32, and is string: what becomes of the values that are there
  // cannot be told from that. Programs of the old release fail in any case: stop them before.
  if (await tables.hasColumn("another_type_converted", "amount")) {
    // Either the database converts them, and refuses those that it cannot:
    // await tables.alterColumn("another_type_converted", "amount", tables.types.text, tables.zeros.text);
    // or they are given up:
    // await db.schema.alterTable("another_type_converted").dropColumn("amount").execute();
    // await db.schema
    //   .alterTable("another_type_converted")
    //   .addColumn("amount", tables.types.text, (column) => column.notNull().defaultTo(tables.zeros.text))
    //   .execute();
    // or you write what is right.
    throw new Error("Decide in this migration what becomes of another_type_converted.amount, and take this line out.");
  }
}
