import type { Migration } from "kysely/migration";
import { sqliteJournal } from "./0001-sqlite-journal.ts";
import { sqliteSnapshots } from "./0002-sqlite-snapshots.ts";
import { sqliteProjections } from "./0003-sqlite-projections.ts";
import { sqliteStatePositions } from "./0004-sqlite-state-positions.ts";

/** The migrations of a journal in SQLite. */
export const sqliteMigrations: Readonly<Record<string, Migration>> = {
  "0001_journal": sqliteJournal,
  "0002_snapshots": sqliteSnapshots,
  "0003_projections": sqliteProjections,
  "0004_state_positions": sqliteStatePositions,
};
