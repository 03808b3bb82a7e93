import { tableMigration } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await tableMigration(db);

  // "cents" was int32, and is int64.
  await tables.alterColumn("wider_integers", "cents", tables.types.bigint, tables.zeros.bigint);

  // "flag" was bool, and is int64.
  await tables.alterColumn("wider_integers", "flag", tables.types.bigint, tables.zeros.bigint);
}
