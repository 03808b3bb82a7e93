import type { EgoErrorCode, EgoErrorDetails } from "../../error/ego-error.ts";
import type { EntityName, RemovalRange } from "../../journal/event-store.ts";
import type { Snapshot } from "../../journal/snapshot-store.ts";
import type { Receipt, VersionKind } from "../../journal/state-store.ts";
import type { StatementList } from "../../tables/row-batch.ts";
import type { SqlValue, TableShape } from "../../tables/table-shape.ts";
import type { JournalMeta } from "./migrations/migrate.ts";
import type { PackedAppends, PackedChanges, PackedEvents, PackedPayloads } from "./packing.ts";
import type { SqliteDriverName, SqliteInput, SqliteRow } from "./sqlite-database.ts";
import type { SqliteFailure } from "./sqlite-failure.ts";

/** What a store tells its worker first. */
export interface OpenRequest {
  readonly driver: SqliteDriverName;
  readonly filename: string;
  readonly synchronous: "FULL" | "NORMAL";
  readonly busyTimeoutMs: number;
  /** Creates, migrates and writes nothing. */
  readonly readOnly: boolean;
  /** Names of entities and messages that will be stored. */
  readonly names: readonly string[];
  readonly tables: readonly WorkerTable[];
}

/** The typed table of an entity, as far as it can be sent to a worker. */
export interface WorkerTable {
  readonly entityType: string;
  readonly shape: TableShape;
}

/** Addresses the state of an entity. */
export interface StateRequest {
  readonly entityType: string;
  readonly entityId: string;
  /** The id as its column holds it; only for entities with a table. */
  readonly key: SqlValue;
}

/** Asks for events of one entity. */
export interface LoadRequest {
  readonly entityType: string;
  readonly entityId: string;
  readonly from: number;
  readonly to: number;
  /** -1: all. */
  readonly limit: number;
}

/** A durable state as the worker found it: bytes, or the row of a table. */
export interface StateReply {
  readonly revision: number;
  readonly state: Uint8Array | readonly SqlValue[] | null;
}

/** Asks for what is in shards behind positions. */
export interface ShardsRequest {
  readonly shards: readonly number[];
  /** In the order of the shards. */
  readonly after: readonly number[];
  readonly limit: number;
}

/** Versions of durable states, as events whose type is that of their entity. */
export interface PackedVersions extends PackedEvents {
  readonly kinds: readonly VersionKind[];
  /** Rows of typed tables; null for what is bytes, or not there. */
  readonly rows: readonly (readonly SqlValue[] | null)[];
}

/** A statement of a Kysely on the worker. */
export interface QueryRequest {
  /** The transaction it is in; undefined for a statement of its own. */
  readonly session: number | undefined;
  readonly sql: string;
  readonly parameters: readonly SqliteInput[];
}

/** A statement of a transaction that is to be run with several sets of parameters, one after the other. */
export interface QueriesRequest {
  readonly session: number;
  readonly sql: string;
  readonly sets: readonly (readonly SqliteInput[])[];
}

/** What came of it with each set: `changes` and `lastInsertRowid` of one after the other, where there is nothing else. */
export type QueriesReply = Float64Array<ArrayBuffer> | readonly (QueryReply | { readonly failure: WorkerFailure })[];

/** Statements of a transaction, each with its parameters, to be run one after the other until one fails. */
export interface StatementsRequest extends StatementList {
  readonly session: number;
}

/** What came of them: of all, or of those before the one that failed. */
export interface StatementsReply {
  /** How many rows each changed. */
  readonly changes: Float64Array<ArrayBuffer>;
  readonly failure: WorkerFailure | undefined;
}

/** The rows of a statement that gives rows, or what another one did. */
export type QueryReply =
  | { readonly rows: readonly SqliteRow[] }
  | { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };

/** Counts of one connection, since it was opened. */
export interface ConnectionStatistics {
  readonly transactions: number;
  readonly synchronous: number;
}

/** What a worker can be asked, and what it answers. */
export interface Operations {
  readonly open: { request: OpenRequest; reply: JournalMeta };
  readonly append: { request: PackedAppends; reply: Float64Array<ArrayBuffer> };
  /** Appends in a session. */
  readonly appendIn: {
    request: { readonly session: number; readonly batch: PackedAppends };
    reply: Float64Array<ArrayBuffer>;
  };
  readonly load: { request: LoadRequest; reply: PackedEvents };
  readonly loadPayloads: { request: LoadRequest; reply: PackedPayloads };
  readonly read: {
    request: { readonly shard: number; readonly afterPosition: number; readonly limit: number };
    reply: PackedEvents;
  };
  readonly removePayloads: {
    request: RemovalRange & { readonly entityType: string; readonly entityId: string };
    reply: null;
  };
  readonly saveSnapshots: { request: readonly Snapshot[]; reply: null };
  readonly loadSnapshot: {
    request: {
      readonly entityType: string;
      readonly entityId: string;
      readonly to: number;
      readonly schemaHash: string | undefined;
    };
    reply: Snapshot | undefined;
  };
  readonly deleteSnapshots: {
    request: { readonly entityType: string; readonly entityId: string; readonly from: number; readonly to: number };
    reply: null;
  };
  readonly readShards: { request: ShardsRequest; reply: PackedEvents };
  readonly lastPositions: { request: null; reply: Float64Array<ArrayBuffer> };
  readonly heads: { request: readonly EntityName[]; reply: readonly number[] };
  readonly stateHeads: { request: readonly EntityName[]; reply: readonly number[] };
  readonly save: { request: PackedChanges; reply: Float64Array<ArrayBuffer> };
  readonly state: { request: StateRequest; reply: StateReply | undefined };
  readonly receipts: {
    request: { readonly entityType: string; readonly entityId: string; readonly limit: number };
    reply: readonly Receipt[];
  };
  readonly readVersions: {
    /** `tables`: whether any of them may be in a typed table. */
    request: ShardsRequest & { readonly tables: boolean };
    reply: PackedVersions;
  };
  readonly lastVersions: { request: null; reply: Float64Array<ArrayBuffer> };
  readonly statistics: { request: null; reply: ConnectionStatistics };
  /** Opens a session, a transaction that holds the write lock. It is called by a number that was never used before. */
  readonly begin: { request: number; reply: null };
  readonly query: { request: QueryRequest; reply: QueryReply };
  readonly queries: { request: QueriesRequest; reply: QueriesReply };
  readonly statements: { request: StatementsRequest; reply: StatementsReply };
  /** Ends a session, whatever happens. */
  readonly commit: { request: number; reply: null };
  /** Ends a session. */
  readonly rollback: { request: number; reply: null };
  readonly close: { request: null; reply: null };
}

/** One request. Those of one turn of the event loop travel as one message. */
export type WorkerRequest = {
  [Kind in keyof Operations]: { readonly id: number; readonly kind: Kind; readonly body: Operations[Kind]["request"] };
}[keyof Operations];

/** The answer to a request. */
export type WorkerReply =
  | { readonly id: number; readonly body: Operations[keyof Operations]["reply"] }
  | { readonly id: number; readonly failure: WorkerFailure };

/** An `EgoError` on its way between threads, where classes are lost. */
export interface WorkerFailure {
  readonly code: EgoErrorCode;
  readonly message: string;
  readonly details: EgoErrorDetails;
  /** What lies beneath: what SQLite said, or text of something else. */
  readonly cause: SqliteFailure | string | undefined;
  /** The worker's connection is not to be used any more. */
  readonly fatal: boolean;
}
