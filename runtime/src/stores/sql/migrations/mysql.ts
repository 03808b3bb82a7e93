import type { Migration } from "kysely/migration";
import { mysqlJournal } from "./0001-mysql-journal.ts";
import { mysqlSnapshots } from "./0002-mysql-snapshots.ts";
import { mysqlProjections } from "./0003-mysql-projections.ts";
import { mysqlStatePositions } from "./0004-mysql-state-positions.ts";

/** The migrations of a journal in MySQL or MariaDB. */
export const mysqlMigrations: Readonly<Record<string, Migration>> = {
  "0001_journal": mysqlJournal,
  "0002_snapshots": mysqlSnapshots,
  "0003_projections": mysqlProjections,
  "0004_state_positions": mysqlStatePositions,
};
