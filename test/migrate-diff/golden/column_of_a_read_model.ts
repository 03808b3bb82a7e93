import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // "cents", int64, is new. Rows that are there get the default. If older events say more, rebuild the read model
  // afterwards.
  if (!(await tables.hasColumn("column_of_a_read_model", "cents"))) {
    await db.schema
      .alterTable("column_of_a_read_model")
      .addColumn("cents", tables.types.bigint, (column) => column.notNull().defaultTo(tables.zeros.bigint))
      .execute();
  }

  // "rank", optional int32, is new. Rows that are there get null, which is not set. If older events say more, rebuild
  // the read model afterwards.
  if (!(await tables.hasColumn("column_of_a_read_model", "rank"))) {
    await db.schema.alterTable("column_of_a_read_model").addColumn("rank", tables.types.integer).execute();
  }
}
