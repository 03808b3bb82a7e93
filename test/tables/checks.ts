import type { Database } from "../servers/database.ts";
import { batchChecks } from "./batch-checks.ts";
import { keyChecks } from "./key-checks.ts";
import { listChecks } from "./list-checks.ts";
import { rowChecks } from "./row-checks.ts";
import { schemaChecks } from "./schema-checks.ts";
import type { AnyDatabase, Stores } from "./stores.ts";
import { valueChecks } from "./value-checks.ts";
import { versionChecks } from "./version-checks.ts";
import { writeChecks } from "./write-checks.ts";

/** A database and the stores that are looked at. */
export interface Bench {
  readonly stores: Stores;
  readonly family: Database["family"];
  readonly db: AnyDatabase;
  /** Other connections to the same database. */
  more(): AnyDatabase;
  /** A name for a table that no other check has. */
  tableName(): string;
}

/** One promise of tables: resolves if it is kept. */
export type Check = (bench: Bench) => Promise<void>;

/** What tables promise on every database, by a sentence. */
export const checks: Readonly<Record<string, Check>> = {
  ...valueChecks,
  ...keyChecks,
  ...writeChecks,
  ...listChecks,
  ...rowChecks,
  ...batchChecks,
  ...schemaChecks,
  ...versionChecks,
};
