import type { Migration } from "kysely/migration";
import { postgresJournal } from "./0001-postgres-journal.ts";
import { postgresSnapshots } from "./0002-postgres-snapshots.ts";
import { postgresProjections } from "./0003-postgres-projections.ts";
import { postgresStatePositions } from "./0004-postgres-state-positions.ts";

/** The migrations of a journal in a schema of Postgres. */
export function postgresMigrations(schema: string): Readonly<Record<string, Migration>> {
  return {
    "0001_journal": postgresJournal(schema),
    "0002_snapshots": postgresSnapshots(schema),
    "0003_projections": postgresProjections(schema),
    "0004_state_positions": postgresStatePositions(schema),
  };
}
