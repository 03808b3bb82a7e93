import type { Message } from "@bufbuild/protobuf";
import type { EgoError } from "../error/ego-error.ts";
import type { EntityName, ShardPosition } from "./event-store.ts";

/** One new version of a durable state. */
export interface StateChange {
  readonly entityType: string;
  readonly entityId: string;
  /** Revision of the entity before this change; the change gets the next one. */
  readonly expectedRevision: number;
  /** The new state; null removes the entity, whose revision goes on. */
  readonly state: Message | null;
  /** The new state in protobuf's binary form, for stores without a table of the entity; empty where it is removed. */
  readonly payload: Uint8Array;
  readonly metadata: Uint8Array;
  readonly commandId: string;
  /** Epoch milliseconds. */
  readonly recordedAt: number;
}

/**
 * What became of a change. `position` is its place in the entity's shard, left out by a store that gives none; `head` is
 * the revision that the entity really has; `failure` says why the state itself cannot be stored, as one that a constraint
 * of its table refuses.
 */
export type StateChangeResult =
  | { readonly stored: true; readonly position?: number }
  | { readonly stored: false; readonly head: number }
  | { readonly stored: false; readonly failure: EgoError };

/** A durable state as it is stored. */
export interface StoredState {
  /** Versions so far, removals included. */
  readonly revision: number;
  /** The state: from a table as a message, else in binary form; null if the entity was removed. */
  readonly state: Message | Uint8Array | null;
}

/** One version of a durable state that a command made. */
export interface Receipt {
  readonly revision: number;
  readonly commandId: string;
  readonly metadata: Uint8Array;
  /** Epoch milliseconds. */
  readonly recordedAt: number;
  /** Its place in the entity's shard; left out if it has none. */
  readonly position?: number;
}

/**
 * What there is of a version: it is the latest, and its state is there (`state`), or it removed the entity (`removed`); a
 * later one has taken its place (`superseded`); or it is the latest, and its state is not to be found: in a table that the
 * store was not opened with, say (`unreadable`).
 */
export type VersionKind = "state" | "removed" | "superseded" | "unreadable";

/** One version of a durable state, as it is stored. */
export interface StoredVersion extends EntityName {
  readonly shard: number;
  /** 1, 2, 3 … within the shard, without a gap, in the order of commits. Events have positions of their own. */
  readonly position: number;
  /** 1, 2, 3 … within the entity. */
  readonly revision: number;
  readonly kind: VersionKind;
  /** The state in protobuf's binary form, also where it is kept in a table; null unless the kind is `state`. */
  readonly payload: Uint8Array | null;
  readonly metadata: Uint8Array;
  /** Epoch milliseconds. */
  readonly recordedAt: number;
  readonly commandId: string;
}

/** Where durable states are kept. */
export interface StateStore {
  /** The state of an entity; undefined if it never had one. */
  load(entityType: string, entityId: string): Promise<StoredState | undefined>;
  /**
   * Stores changes of many entities in one transaction, in the order given, and answers for each. Resolves only when
   * they are durable. A change whose `expectedRevision` is not the entity's revision is refused, as is every later
   * one of the same entity; the others are stored.
   */
  save(batch: readonly StateChange[]): Promise<readonly StateChangeResult[]>;
  /** The revisions of entities, in their order; 0 for those that never were. Without it, their receipts are asked for. */
  heads?(entities: readonly EntityName[]): Promise<readonly number[]>;
  /** The latest receipts of an entity, newest first. */
  receipts(entityType: string, entityId: string, limit: number): Promise<readonly Receipt[]>;
  /**
   * Versions of several shards, each behind a position: all there are of the first, ascending by position, then those of
   * the second, and so on, at most `limit` in all. No shard is named twice. The shard of an entity is that which
   * `shardOf` of `hash.ts` gives it among those of the journal of events. Without it, nothing can be projected from states.
   *
   * @throws EgoError `invalid_argument` for a shard that is none
   */
  readShards?(after: readonly ShardPosition[], limit: number): Promise<readonly StoredVersion[]>;
  /** The last position of each shard, by its number; 0 for one without versions. It is there where `readShards` is. */
  lastPositions?(): Promise<readonly number[]>;
  /** The shards that lack the row which a save locks, ascending. Left out by a store that locks in another way. */
  missingLocks?(): Promise<readonly number[]>;
}
