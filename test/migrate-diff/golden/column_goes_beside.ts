import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // Fields of column_goes_beside.Row without a column of their own are kept together in this one. Programs of the old
  // release run on, but do not start any more.
  if (!(await tables.hasColumn("column_goes_beside", "ego_rest"))) {
    await db.schema.alterTable("column_goes_beside").addColumn("ego_rest", tables.types.bytes).execute();
  }

  // DECIDE: "remark" of column_goes_beside.Row has no column any more: ego keeps the field in ego_rest from now on, and
  // SQL cannot put there what the column has. Take omit back to keep the values. If nobody needs them, drop it:
  if (await tables.hasColumn("column_goes_beside", "remark")) {
    // await db.schema.alterTable("column_goes_beside").dropColumn("remark").execute();
    throw new Error("Decide in this migration what becomes of column_goes_beside.remark, and take this line out.");
  }
}
