import type { ProjectedRows } from "../codegen/projected-rows.ts";
import type { TableData } from "../codegen/table.ts";
import type { Append, AppendResult, ShardPosition } from "./event-store.ts";
import type { JournalEvent } from "./journal-cursor.ts";

/** Which projection, and which of its versions: 1 until it is rebuilt beside itself. */
export interface ProjectionVersion {
  readonly name: string;
  readonly version: number;
}

/**
 * What a version is to its projection. `live`: the one that queries read, in the table of that name. `building`: it
 * fills a table beside that. `previous`: it was live, and goes on, so that it can be live again.
 */
export type ProjectionRole = "live" | "building" | "previous";

/** A version of a projection as it is stored. */
export interface ProjectionRecord extends ProjectionVersion {
  readonly role: ProjectionRole;
  /** What the operator wants of it. */
  readonly wanted: "running" | "paused";
  /** Why it stopped by itself; undefined if it did not. */
  readonly failure: string | undefined;
  /**
   * How many parts its shards are divided into, each of which is run by one node at a time: shard modulo this number is the
   * part. Fixed when the version was added.
   */
  readonly parts: number;
  /** When it was added, or begun again, in epoch milliseconds: by it a node sees that its offsets are others. */
  readonly begunAt: number;
}

/** What can be changed of a version. What is not given stays. */
export interface ProjectionChange {
  readonly wanted?: ProjectionRecord["wanted"];
  /** Null: it did not stop by itself any more. */
  readonly failure?: string | null;
}

/** The offset of a shard moves: events `from + 1` to `to` are done. */
export interface OffsetMove {
  readonly shard: number;
  readonly from: number;
  readonly to: number;
}

/** An event that a projection passed over, since its handler failed on it. */
export interface DeadLetter extends ShardPosition {
  readonly entityType: string;
  readonly entityId: string;
  readonly revision: number;
  /** The stored type name of the event. */
  readonly eventType: string;
  /** What the handler threw, as text. */
  readonly failure: string;
  /** How often the event was tried. */
  readonly attempts: number;
  /** Epoch milliseconds of the last try. */
  readonly failedAt: number;
}

/** A part of a projection's shards, and the node that runs it. */
export interface PartLease extends ProjectionVersion {
  readonly part: number;
  /** The node; undefined if nobody has it. */
  readonly owner: string | undefined;
  /** Epoch milliseconds, by the clock of the owner. From then on, others may take it. */
  readonly expiresAt: number;
}

/** How far a version is in a shard. */
export interface StoredOffset extends ProjectionVersion, ShardPosition {}

/** What a node learns when it says that it is there. */
export interface ProjectionView {
  readonly projections: readonly ProjectionRecord[];
  readonly leases: readonly PartLease[];
  /** Nodes that are there, also the one that says so. */
  readonly nodes: readonly string[];
  /** For each of them, the projections that it has handlers for: it can run no others. */
  readonly handles: ReadonlyMap<string, readonly string[]>;
}

/** The transaction in which events are projected and their offsets move. */
export interface ProjectionTransaction {
  /** The Kysely transaction, scoped to the journal's schema; undefined for a store without SQL. */
  readonly tx: unknown;
  /** The name of the table that this version fills: that of the read model, or with `__v2` behind it. */
  tableName(table: TableData): string;
  /**
   * The rows of the table that this version fills. Their statements reach the database in the order of the calls, also
   * beside those of `tx`, and whether or not the one before was awaited.
   *
   * @throws EgoError `unsupported` for a store without tables
   */
  rows(table: TableData): ProjectedRows;
  /** Keeps a letter: it replaces one of the same position. */
  bury(letter: DeadLetter): Promise<void>;
}

/** A version that is projected in the transactions in which its events are stored. */
export interface InlineProjection extends ProjectionVersion {
  /**
   * Handles events, those of a shard in order. It may be called again, with others, if the transaction has to be done again:
   * of what it did before nothing is left then.
   */
  project(events: readonly JournalEvent[], transaction: ProjectionTransaction): Promise<void>;
}

/** What became of appends that were to be projected in their transaction. */
export interface InlineAppended {
  /** As `EventStore.append` answers. */
  readonly results: readonly AppendResult[];
  /**
   * The versions that were projected in the transaction that was committed, in the order in which they were given: what the
   * last call of `project` of each did is committed. Not one that was called in a try that was taken back, and left out of
   * the one that was not; none if nothing was stored.
   */
  readonly projected: readonly ProjectionVersion[];
}

/**
 * Offsets of projections, what is wanted of them, and the transactions in which events are projected. The offsets are the
 * fence: however many nodes believe that a part is theirs, each event is committed once.
 */
export interface ProjectionStore {
  /** Whether what a handler does by `tx` and `rows` is committed with the offsets, or not at all. */
  readonly exactlyOnce: boolean;
  /** How many transactions of projections run side by side to any use: 1 where there is one writer. */
  readonly parallel: number;

  /**
   * Adds a version with the offsets of all shards, by shard, and creates the table that it fills, if it has one. One that
   * is there stays as it is, but for a table that is missing, and for shards behind those of which it has offsets: it gets
   * these.
   *
   * @returns what is stored
   */
  add(record: ProjectionRecord, offsets: readonly number[], table: TableData | undefined): Promise<ProjectionRecord>;
  /** All versions of all projections, by name and version. */
  list(): Promise<readonly ProjectionRecord[]>;
  /** The position of each shard behind which a version goes on, by shard; undefined if there is no such version. */
  offsets(of: ProjectionVersion): Promise<readonly number[] | undefined>;
  /** Changes a version, and answers whether there is one. */
  change(of: ProjectionVersion, change: ProjectionChange): Promise<boolean>;
  /**
   * Removes a version with its offsets, dead letters and leases, and drops the table that it fills, if that is given. A
   * transaction of it that is under way is waited for; later ones find no offsets.
   */
  remove(of: ProjectionVersion, table: TableData | undefined): Promise<void>;
  /**
   * Begins a version again, at these positions, by shard: its dead letters are removed, and the rows of the table that it
   * fills, if that is given. In one transaction, which waits for those under way.
   *
   * @param at what `begunAt` of it becomes
   * @returns whether there is such a version
   */
  reset(of: ProjectionVersion, offsets: readonly number[], table: TableData | undefined, at: number): Promise<boolean>;
  /**
   * Makes the version `to` the live one, and the live one the previous: their tables change their names, in one
   * transaction that waits for those under way (where a database has no such transactions for tables, so that whoever
   * comes after a failure can go on). Indexes are called after the new name.
   *
   * @returns false if `to` is not there, or is live already
   */
  promote(to: ProjectionVersion, table: TableData | undefined): Promise<boolean>;

  /**
   * Projects events: locks the offsets of the moves, in the order of shards, does the work, moves the offsets, commits.
   *
   * @returns false if an offset is not `from`, or not there any more: nothing was done then, and the work not called
   * @throws EgoError `unavailable` if the store failed, or the transaction has to be done again, whatever the work threw;
   *   whether it was committed is not known if the failure came with the commit. Otherwise what the work threw, the same
   *   object, after all was rolled back
   */
  advance(
    of: ProjectionVersion,
    moves: readonly OffsetMove[],
    work: (transaction: ProjectionTransaction) => Promise<void>,
  ): Promise<boolean>;

  /**
   * Stores appends, as `EventStore.append` does, and projects them in the same transaction: both are committed, or neither.
   * A version is given what it has missed in the shards of the batch, and then what was stored, and its offsets move behind
   * that. It is left out where it is not there, or has missed too much in a shard for others to wait for it. Without this
   * method there are no inline projections.
   *
   * @throws as `EventStore.append`; what a version threw, the same object, after all was rolled back
   */
  append?(batch: readonly Append[], inline: readonly InlineProjection[]): Promise<InlineAppended>;

  /** Dead letters, by shard and position, behind a place if one is given. */
  deadLetters(of: ProjectionVersion, limit: number, after?: ShardPosition): Promise<readonly DeadLetter[]>;
  /** How many dead letters there are. */
  countDeadLetters(of: ProjectionVersion): Promise<number>;
  /**
   * Takes a letter out in a transaction, and does the work in it.
   *
   * @returns false if the letter is not there: the work was not called
   * @throws as `advance`
   */
  unbury(
    of: ProjectionVersion,
    letter: ShardPosition,
    work: (transaction: ProjectionTransaction) => Promise<void>,
  ): Promise<boolean>;

  /**
   * A node says that it is there until a time, prolongs what it has till then, and learns what there is. Two statements,
   * however many projections and parts there are. Nodes whose time is over before `now` are forgotten.
   *
   * @param handles names of the projections that it has handlers for
   */
  heartbeat(node: string, now: number, expiresAt: number, handles: readonly string[]): Promise<ProjectionView>;
  /** What a node would learn by `heartbeat`, for whoever is none: it writes nothing. Nodes are there at `now`. */
  view(now: number): Promise<ProjectionView>;
  /**
   * The offsets of all versions as they are stored, in any order, also those that belong to no version: for an audit.
   * Left out by a store that keeps them with their version.
   */
  storedOffsets?(): Promise<readonly StoredOffset[]>;
  /** Takes a part, if its owner is (still) `from`, or nobody has it; answers whether it was taken. */
  take(part: PartLease, from: string | undefined): Promise<boolean>;
  /** Gives up parts that the node has, so that others may take them at once. Without parts: all, and the node itself. */
  release(node: string, parts?: readonly (ProjectionVersion & { readonly part: number })[]): Promise<void>;
}
