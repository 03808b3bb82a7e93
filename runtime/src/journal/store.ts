import type { EntityTable } from "../codegen/entity.ts";
import type { EventStore } from "./event-store.ts";
import type { StoreMigrations } from "./migrations.ts";
import type { ProjectionStore } from "./projection-store.ts";
import type { SnapshotStore } from "./snapshot-store.ts";
import type { StateStore } from "./state-store.ts";
import type { StoreHost } from "./store-host.ts";
import type { StoreSignals } from "./store-signals.ts";

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
  /** Needed by projections and read models. */
  readonly projections?: ProjectionStore;
  /** Where the store can tell other programs at once that something was stored; known after `open`. */
  readonly signals?: StoreSignals | undefined;
  /** For stores that have a schema: brings it up to date without an engine, as `ego migrate` does. */
  readonly migrations?: StoreMigrations;
  /**
   * Called once by the engine before anything else: opens the database, creates or migrates the schema.
   *
   * @param entities the tables of the engine's entities
   * @param host the engine, as the store sees it; undefined if the store is opened without one
   * @throws EgoError `unsupported` if the journal was written by a newer format, `unavailable` if it cannot be opened
   */
  open?(entities: readonly EntityTable[], host?: StoreHost): Promise<void>;
  /**
   * Opens the store for a tool that looks at what is stored: in place of `open`, and as that does, but it creates,
   * migrates and writes nothing, and nothing is to be written through it. Without it, tools cannot read the store.
   *
   * @param entities the tables of those whose durable states are read
   * @throws EgoError `unavailable` if there is no journal, or if its schema is not up to date; else as `open`
   */
  openToRead?(entities: readonly EntityTable[]): Promise<void>;
  /**
   * Whether the connection to the server broke, and no other was made since: until then nobody knows whether what is in
   * memory is still what is stored. Left out by a store that cannot lose its server.
   */
  readonly disconnected?: boolean;
  /** Called once by the engine, after the last reply. */
  close?(): Promise<void>;
}
