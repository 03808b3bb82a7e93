import type { Transaction } from "kysely";
import type { RemovalRange, ShardPosition } from "../../journal/event-store.ts";
import type { JournalDatabase } from "./schema.ts";
import type { Placed, SqlBatch } from "./sql-batch.ts";
import type { SqlConnection, SqlRow } from "./sql-driver.ts";

/** What one kind of database does for a journal: its statements. Failures are those of the driver. */
export interface SqlJournal<Connection extends SqlConnection> {
  /**
   * Stores a batch in one transaction: locks its shards, verifies heads, numbers, inserts. It stores all or nothing,
   * and lets the keys refuse what is stale.
   */
  append(connection: Connection, batch: SqlBatch): Promise<Appended>;
  /** As `append`, and does more in the same transaction, where the last positions before the batch are known. */
  appendWith(
    connection: Connection,
    batch: SqlBatch,
    more: (trx: Transaction<JournalDatabase>, base: readonly number[]) => Promise<void>,
  ): Promise<Appended>;
  /** The heads of entities, in their order; 0 for those without events. */
  heads(connection: Connection, entities: readonly EntityKey[]): Promise<readonly number[]>;
  /**
   * What is stored at some revisions, by index, as soon as nobody writes to their shards, which are ascending: the
   * locks wait for the end of a transaction whose connection broke.
   */
  stored(
    connection: Connection,
    shards: readonly number[],
    keys: readonly EventKey[],
  ): Promise<ReadonlyMap<number, StoredCommand>>;
  /** Events of an entity, ascending: columns of `ego_events` by their names, but not those of the entity. No limit is null. */
  load(connection: Connection, entity: EntityKey, from: number, to: number, limit: number | null): Promise<SqlRows>;
  /** As `load`, with the columns `revision`, `event_type` and `payload` alone. */
  loadPayloads(
    connection: Connection,
    entity: EntityKey,
    from: number,
    to: number,
    limit: number | null,
  ): Promise<SqlRows>;
  /** Events of a shard behind a position, ascending. */
  read(connection: Connection, shard: number, after: number, limit: number): Promise<SqlRows>;
  /** Removes the payloads of an entity's events in a range. */
  removePayloads(connection: Connection, entity: EntityKey, range: RemovalRange): Promise<void>;
  /** Stores snapshots, none twice, in place of those that have the same key. */
  saveSnapshots(connection: Connection, snapshots: readonly SnapshotRow[]): Promise<void>;
  /** The newest snapshot up to a revision, if there is one; of whatever hash, where that is null. */
  loadSnapshot(connection: Connection, entity: EntityKey, to: number, schemaHash: string | null): Promise<SqlRows>;
  /** Removes the snapshots of an entity from one revision to another. */
  deleteSnapshots(connection: Connection, entity: EntityKey, from: number, to: number): Promise<void>;
  /** Events of shards, each behind a position, in the order of the shards, and ascending in each. */
  readShards(connection: Connection, after: readonly ShardPosition[], limit: number): Promise<SqlRows>;
  /** The last positions of all shards, by their numbers; 0 for those without events. */
  lastPositions(connection: Connection, shardCount: number): Promise<readonly number[]>;
  /** Entries (`id`, `name`) of `ego_types`, by names. */
  findNames(connection: Connection, names: readonly string[]): Promise<SqlRows>;
  /** Entries of `ego_types`, by ids. */
  findIds(connection: Connection, ids: readonly number[]): Promise<SqlRows>;
  /** Adds names to `ego_types`; those that are there stay as they are. */
  addNames(connection: Connection, names: readonly string[]): Promise<void>;
}

/** What became of a batch: the last position that each of its shards had before, or who made it fail. */
export type Appended = { readonly base: readonly number[] } | { readonly stale: readonly Placed[] };

export interface EntityKey {
  readonly type: number;
  readonly id: string;
}

export interface EventKey extends EntityKey {
  readonly revision: number;
}

/** A snapshot as a row of `ego_snapshots`. */
export interface SnapshotRow extends EventKey {
  readonly schemaHash: string;
  readonly payload: Uint8Array;
  readonly recordedAt: number;
}

export interface StoredCommand {
  readonly position: number;
  readonly commandId: string | null;
}

export type SqlRows = readonly SqlRow[];

/**
 * What a failure of a driver means: another writer stored that revision (`conflict`); an event is at a position that
 * its index does not know (`corrupted`); a transaction gave way to another and can go again (`contended`); the
 * connection or the server went away, and it is not known what became of the statement (`lost`).
 */
export type FailureKind = "conflict" | "corrupted" | "contended" | "lost";

/**
 * Does more behind an append, in its transaction.
 *
 * @throws a way out of the transaction, if nothing can be stored: `orStale` answers with it
 */
export async function andThen(appended: Appended, more: (base: readonly number[]) => Promise<void>): Promise<Appended> {
  if ("stale" in appended) throw new Stale(appended);
  await more(appended.base);
  return appended;
}

/** What became of a transaction in which something was appended. */
export async function orStale(transaction: Promise<Appended>): Promise<Appended> {
  try {
    return await transaction;
  } catch (failure) {
    if (failure instanceof Stale) return failure.appended;
    throw failure;
  }
}

/** What is thrown to roll back a transaction in which nothing can be stored. */
class Stale extends Error {
  readonly appended: Appended;

  constructor(appended: Appended) {
    super("others have written");
    this.appended = appended;
  }
}
