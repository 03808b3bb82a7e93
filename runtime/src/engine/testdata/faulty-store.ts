import type { Append, AppendResult, AppliedEvent, EventStore } from "../../journal/event-store.ts";
import type { Snapshot, SnapshotStore } from "../../journal/snapshot-store.ts";
import type { StateChange, StateChangeResult, StateStore } from "../../journal/state-store.ts";
import type { Store } from "../../journal/store.ts";

type Batch = readonly (Append | StateChange)[];

/** What a test does to a store. A hook that throws makes the call fail; one that waits makes it hang. */
export interface Faults {
  /** Before a batch is stored. */
  before?: ((batch: Batch) => unknown) | undefined;
  /** After a batch was stored, before that is told. */
  after?: ((batch: Batch) => unknown) | undefined;
  /** Before an entity is read. */
  load?: ((entityId: string) => unknown) | undefined;
  /** After the events of an entity were read, before they are given; what it returns is given instead. */
  loaded?: (<Event extends AppliedEvent>(page: readonly Event[]) => Promise<readonly Event[]>) | undefined;
  /** Before the events of a shard are read. */
  read?: (() => unknown) | undefined;
  /** Before snapshots are saved. */
  save?: ((batch: readonly Snapshot[]) => unknown) | undefined;
  /** After snapshots were saved. */
  saved?: ((batch: readonly Snapshot[]) => unknown) | undefined;
  /** After a snapshot was read; what it returns is given instead. */
  snapshot?: ((found: Snapshot | undefined) => Snapshot | undefined | Promise<undefined>) | undefined;
  /** After payloads were removed. */
  removed?: (() => unknown) | undefined;
  /** Before the command ids of a durable state are read. */
  receipts?: (() => unknown) | undefined;
  /** Says of every append that another writer was first, and stores none. */
  refuses?: boolean | undefined;
  /** Changes what the store answered to appends. */
  answers?: ((results: readonly AppendResult[], batch: readonly Append[]) => readonly AppendResult[]) | undefined;
}

/** A store that breaks on demand, around one that does not. */
export interface FaultyStore extends Store {
  readonly snapshots: SnapshotStore;
  readonly states: StateStore;
  readonly faults: Faults;
  /** Every batch that was given to the store, also those that failed. */
  readonly batches: Batch[];
}

/** Wraps a store. */
export function faultyStore(inner: Store): FaultyStore {
  const faults: Faults = {};
  const batches: Batch[] = [];
  const events: EventStore = {
    get shardCount() {
      return inner.events.shardCount;
    },
    async append(batch) {
      batches.push(batch);
      await faults.before?.(batch);
      if (faults.refuses) return batch.map(({ expectedRevision }) => ({ stored: false, head: expectedRevision + 1 }));
      const results = await inner.events.append(batch);
      await faults.after?.(batch);
      return faults.answers?.(results, batch) ?? results;
    },
    async load(entityType, entityId, range) {
      await faults.load?.(entityId);
      const page = await inner.events.load(entityType, entityId, range);
      return faults.loaded ? faults.loaded(page) : page;
    },
    async loadPayloads(entityType, entityId, range) {
      await faults.load?.(entityId);
      const page = await (inner.events.loadPayloads ?? inner.events.load)(entityType, entityId, range);
      return faults.loaded ? faults.loaded(page) : page;
    },
    async read(shard, after, limit) {
      await faults.read?.();
      return inner.events.read(shard, after, limit);
    },
    async removePayloads(entityType, entityId, range) {
      await inner.events.removePayloads?.(entityType, entityId, range);
      await faults.removed?.();
    },
  };
  const innerStates = inner.states;
  const innerSnapshots = inner.snapshots;
  if (!innerStates || !innerSnapshots) throw new Error("The store to be wrapped has no states, or no snapshots");
  const snapshots: SnapshotStore = {
    async save(batch) {
      await faults.save?.(batch);
      await innerSnapshots.save(batch);
      await faults.saved?.(batch);
    },
    async load(entityType, entityId, choice) {
      const found = await innerSnapshots.load(entityType, entityId, choice);
      return faults.snapshot ? faults.snapshot(found) : found;
    },
    delete: (entityType, entityId, range) => innerSnapshots.delete(entityType, entityId, range),
  };
  const states: StateStore = {
    async load(entityType, entityId) {
      await faults.load?.(entityId);
      return innerStates.load(entityType, entityId);
    },
    async save(batch): Promise<readonly StateChangeResult[]> {
      batches.push(batch);
      await faults.before?.(batch);
      const results = await innerStates.save(batch);
      await faults.after?.(batch);
      return results;
    },
    async receipts(entityType, entityId, limit) {
      await faults.receipts?.();
      return innerStates.receipts(entityType, entityId, limit);
    },
  };
  return {
    get disconnected() {
      return inner.disconnected ?? false;
    },
    faults,
    batches,
    events,
    snapshots,
    states,
    open: async (entities, host) => inner.open?.(entities, host),
    close: async () => inner.close?.(),
  };
}
