import type { EgoError } from "../error/ego-error.ts";

/** One event that is to be stored. */
export interface NewEvent {
  /** The stored type name: the full name of the message, unless its `type` says otherwise. */
  readonly type: string;
  /** The message, in protobuf's binary form: to be copied, since it may be a piece of a bigger buffer. */
  readonly payload: Uint8Array;
}

/** The events of one command of one entity: stored all, or none. */
export interface Append {
  /** The name of the entity, as `account`. */
  readonly entityType: string;
  readonly entityId: string;
  /** `shardOf(entityType, entityId, shardCount)` of `hash.ts`. */
  readonly shard: number;
  /** Revision of the entity before these events: the first of them gets the next one. */
  readonly expectedRevision: number;
  readonly events: readonly NewEvent[];
  /** `ego.journal.v1.Metadata`, in binary form; stored with each event. */
  readonly metadata: Uint8Array;
  /** Stored with the first event only. */
  readonly commandId: string;
  /** Epoch milliseconds. */
  readonly recordedAt: number;
}

/**
 * What became of an append. `position` is that of its last event; events of one append have adjacent positions.
 * A refused append was written by nobody; `head` is the revision that the entity really has.
 */
export type AppendResult =
  | { readonly stored: true; readonly position: number }
  | { readonly stored: false; readonly head: number };

/** What became of an append that was projected too: `failure` says why that could not be, and nothing was stored. */
export type ProjectedResult = AppendResult | { readonly stored: false; readonly failure: EgoError };

/** Stores appends, as `EventStore.append` does, and projects them if they are to be. */
export type AppendProjected = (batch: readonly Append[]) => Promise<readonly ProjectedResult[]>;

/** One event as it is stored. */
export interface StoredEvent {
  readonly shard: number;
  /** 1, 2, 3 … within the shard, without a gap, in the order of commits. */
  readonly position: number;
  readonly entityType: string;
  readonly entityId: string;
  /** 1, 2, 3 … within the entity. */
  readonly revision: number;
  readonly type: string;
  /** Null in a tombstone: an event that was there, and whose payload retention removed. */
  readonly payload: Uint8Array | null;
  readonly metadata: Uint8Array;
  /** Epoch milliseconds. */
  readonly recordedAt: number;
  /** On the first event of a command; null on its others. */
  readonly commandId: string | null;
}

/** As much of a stored event as applying it takes. */
export type AppliedEvent = Pick<StoredEvent, "entityId" | "revision" | "type" | "payload">;

/** Which entity. */
export interface EntityName {
  readonly entityType: string;
  readonly entityId: string;
}

/** Which events of an entity: revisions `from` to `to`, both included, at most `limit` of them. */
export interface RevisionRange {
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
}

/** Whose payloads are removed: those of revisions `from` to `to`, both included, as far as their positions go. */
export interface RemovalRange {
  readonly from: number;
  readonly to: number;
  /** Events behind this position of the shard keep their payloads: somebody still has to read them. */
  readonly toPosition: number;
}

/** A place in a shard: behind the event at that position; 0 is before the first one. */
export interface ShardPosition {
  readonly shard: number;
  readonly position: number;
}

/** The journal of events. The one part that a store must have. */
export interface EventStore {
  /** How many shards the journal has: fixed when it was created. Known after `open`. */
  readonly shardCount: number;
  /**
   * How many batches it stores side by side; 1 if not given. Shards that are the same modulo this number share one at a
   * time.
   */
  readonly lanes?: number;
  /**
   * Stores the appends of many entities in one transaction, in the order given, and answers for each. Resolves only
   * when they are durable. An append whose `expectedRevision` is not the entity's revision is refused, as is every
   * later one of the same entity; the others are stored. One without events is stored at position 0.
   *
   * @throws EgoError `unavailable` if nothing is known to be stored, `invalid_argument` for a shard that is none.
   */
  append(batch: readonly Append[]): Promise<readonly AppendResult[]>;
  /**
   * The revisions of entities, in their order; 0 for those without events. Without it, an engine that shares its journal
   * looks for the last event of each.
   */
  heads?(entities: readonly EntityName[]): Promise<readonly number[]>;
  /** Events of one entity, ascending by revision. */
  load(entityType: string, entityId: string, range?: RevisionRange): Promise<readonly StoredEvent[]>;
  /** As `load`, with less of each event: for a store that has it sooner then. */
  loadPayloads?(entityType: string, entityId: string, range?: RevisionRange): Promise<readonly AppliedEvent[]>;
  /**
   * Events of one shard behind a position, ascending by position, at most `limit` of them.
   *
   * @throws EgoError `invalid_argument` for a shard that is none.
   */
  read(shard: number, afterPosition: number, limit: number): Promise<readonly StoredEvent[]>;
  /**
   * Removes payloads of one entity, and leaves tombstones: everything else of these events stays, so that positions
   * and revisions have no gap, and command ids are known. What is removed already stays so. Without this method there
   * is no retention of events.
   */
  removePayloads?(entityType: string, entityId: string, range: RemovalRange): Promise<void>;
  /**
   * Events of several shards, each behind a position: all there are of the first, ascending by position, then those of
   * the second, and so on, at most `limit` in all. No shard is named twice. For stores that do it in one go: without
   * it, the shards are read one after the other by `read`.
   *
   * @throws EgoError `invalid_argument` for a shard that is none.
   */
  readShards?(after: readonly ShardPosition[], limit: number): Promise<readonly StoredEvent[]>;
  /**
   * The last position of each shard, by its number; 0 for one without events. Without it, they are searched for by
   * `read`.
   */
  lastPositions?(): Promise<readonly number[]>;
  /**
   * The shards that lack the row which an append locks, ascending: nothing can be stored in them. Left out by a store
   * that locks in another way.
   */
  missingLocks?(): Promise<readonly number[]>;
}
