import type { Generated } from "kysely";

/** The version of the stored format that this runtime reads and writes. */
export const formatVersion = 4;

/** The name of the hash that gives an entity its shard; recorded, so that no other one is ever used on a journal. */
export const hashName = "fnv1a64";

/** The journal's tables, as Kysely sees them. Numbers are integers below 2^53; times are epoch milliseconds. */
export interface JournalDatabase {
  readonly ego_meta: MetaTable;
  readonly ego_types: TypesTable;
  readonly ego_shards: ShardsTable;
  readonly ego_events: EventsTable;
  readonly ego_snapshots: SnapshotsTable;
  readonly ego_states: StatesTable;
  readonly ego_receipts: ReceiptsTable;
  readonly ego_projections: ProjectionsTable;
  readonly ego_offsets: OffsetsTable;
  readonly ego_dead_letters: DeadLettersTable;
  readonly ego_leases: LeasesTable;
  readonly ego_nodes: NodesTable;
}

/** What is fixed when a journal is created: `format`, `shards`, `hash`. */
export interface MetaTable {
  readonly name: string;
  readonly value: string;
}

/** Names of entities and messages, so that an event holds two small numbers instead. */
export interface TypesTable {
  readonly id: Generated<number>;
  readonly name: string;
}

/**
 * The rows that are locked, not on SQLite: one per shard by appends, and one by whoever saves durable states, whose
 * numbers are behind those.
 */
export interface ShardsTable {
  readonly shard: number;
}

/** The events. The key (entity_id, entity_type, revision) is the fence against a stale writer. */
export interface EventsTable {
  readonly shard: number;
  readonly position: number;
  readonly entity_type: number;
  readonly entity_id: string;
  readonly revision: number;
  readonly event_type: number;
  readonly payload: Uint8Array | null;
  readonly sensitive: Uint8Array | null;
  readonly key_id: string | null;
  readonly metadata: Uint8Array;
  readonly recorded_at: number;
  readonly command_id: string | null;
}

/** Snapshots of event-sourced entities. */
export interface SnapshotsTable {
  readonly entity_id: string;
  readonly entity_type: number;
  readonly revision: number;
  readonly schema_hash: string;
  readonly payload: Uint8Array;
  readonly recorded_at: number;
}

/** Durable states of entities without a table of their own. */
export interface StatesTable {
  readonly entity_id: string;
  readonly entity_type: number;
  readonly revision: number;
  readonly payload: Uint8Array;
}

/** One row per version of a durable state: its fence, and the command ids. The latest of an entity is never removed. */
export interface ReceiptsTable {
  readonly entity_id: string;
  readonly entity_type: number;
  readonly revision: number;
  /** 1 where this version removed the entity. */
  readonly removed: number;
  readonly command_id: string;
  readonly metadata: Uint8Array;
  readonly recorded_at: number;
  /** Its place; null for versions that were superseded before there were places. */
  readonly shard: number | null;
  readonly position: number | null;
}

/** Versions of projections. */
export interface ProjectionsTable {
  readonly name: string;
  readonly version: number;
  /** That of a `ProjectionRecord`; or that a promotion is under way, where a database cannot do it at once. */
  readonly role: string;
  readonly wanted: string;
  readonly failure: string | null;
  readonly parts: number;
  readonly begun_at: number;
}

/** How far each version of a projection is in each shard. The row is the lock of the shard for this version. */
export interface OffsetsTable {
  readonly projection: string;
  readonly version: number;
  readonly shard: number;
  readonly position: number;
  /** The transaction that has the lock: whoever does not find its own here any more was rolled back meanwhile. */
  readonly fence: string | null;
}

/** Events that a projection passed over. */
export interface DeadLettersTable {
  readonly projection: string;
  readonly version: number;
  readonly shard: number;
  readonly position: number;
  readonly entity_type: string;
  readonly entity_id: string;
  readonly revision: number;
  readonly event_type: string;
  readonly failure: string;
  readonly attempts: number;
  readonly failed_at: number;
}

/** A row for each part of a version, and the node that runs it. */
export interface LeasesTable {
  readonly projection: string;
  readonly version: number;
  readonly part: number;
  readonly owner: string | null;
  /** As it was when the part was taken: the row of its node prolongs it. */
  readonly expires_at: number;
}

/** Nodes that run projections. */
export interface NodesTable {
  readonly node: string;
  /** Names of the projections that it has handlers for, as JSON. */
  readonly handles: string;
  readonly expires_at: number;
}
