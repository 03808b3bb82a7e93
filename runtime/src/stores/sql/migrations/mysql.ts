import type { Migration } from "kysely/migration";
import { mysqlJournal } from "./0001-mysql-journal.ts";
import { mysqlSnapshots } from "./0002-mysql-snapshots.ts";

/** The migrations of a journal in MySQL or MariaDB. */
export const mysqlMigrations: Readonly<Record<string, Migration>> = {
  "0001_journal": mysqlJournal,
  "0002_snapshots": mysqlSnapshots,
};
