/** The state of an event-sourced entity at one revision: what spares it the replay of the events up to there. */
export interface Snapshot {
  readonly entityType: string;
  readonly entityId: string;
  readonly revision: number;
  /**
   * Of the schema of the state, and of its `stateVersion`, as 16 hexadecimal digits: a program uses those snapshots
   * that are like the ones it makes.
   */
  readonly schemaHash: string;
  /** The state, in protobuf's binary form. */
  readonly payload: Uint8Array;
  /** Epoch milliseconds. */
  readonly recordedAt: number;
}

/** Which snapshots of an entity are meant. */
export interface SnapshotChoice {
  /** At most of this revision; default: any. */
  readonly to?: number;
  /** Of this schema alone; default: any. */
  readonly schemaHash?: string;
}

/** Revisions `from` to `to`, both included. */
export interface SnapshotRange {
  readonly from?: number;
  readonly to?: number;
}

/** Where snapshots are kept. They can be made again of the events, as long as those are there. */
export interface SnapshotStore {
  /**
   * Stores snapshots, and resolves when they are durable. One takes the place of that with the same entity, revision
   * and hash. If it fails, some may be stored.
   */
  save(batch: readonly Snapshot[]): Promise<void>;
  /** The newest snapshot of an entity among those that are meant; undefined if there is none. */
  load(entityType: string, entityId: string, choice?: SnapshotChoice): Promise<Snapshot | undefined>;
  /** Removes the snapshots of an entity in a range of revisions, whatever their schema. */
  delete(entityType: string, entityId: string, range?: SnapshotRange): Promise<void>;
}
