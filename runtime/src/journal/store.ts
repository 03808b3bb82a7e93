import type { EntityTable } from "../codegen/entity.ts";
import type { EventStore } from "./event-store.ts";
import type { StoreMigrations } from "./migrations.ts";
import type { SnapshotStore } from "./snapshot-store.ts";
import type { StateStore } from "./state-store.ts";

/**
 * Everything an engine stores, as one object. Only `events` is required: the parts that are there are the store's
 * capabilities, and the engine refuses a configuration that needs a missing one.
 */
export interface Store {
  /** What `engine.health()` and errors call it, as `Postgres at localhost/bank`. */
  readonly name?: string;
  readonly events: EventStore;
  /** Needed by event-sourced entities that say `snapshotEvery`. */
  readonly snapshots?: SnapshotStore;
  /** Needed by durable-state entities. */
  readonly states?: StateStore;
  /** For stores that have a schema: brings it up to date without an engine, as `ego migrate` does. */
  readonly migrations?: StoreMigrations;
  /**
   * Called once by the engine before anything else: opens the database, creates or migrates the schema.
   *
   * @param entities the tables of the engine's entities
   * @throws EgoError `unsupported` if the journal was written by a newer format, `unavailable` if it cannot be opened
   */
  open?(entities: readonly EntityTable[]): Promise<void>;
  /** Called once by the engine, after the last reply. */
  close?(): Promise<void>;
}
