import {
  type EventStore,
  memoryStore,
  type ProjectionStore,
  type SnapshotStore,
  type StateStore,
  type Store,
  type StoredEvent,
} from "@ego/runtime";
import type { StoreSubject } from "@ego/runtime/testing";

/** A store in memory with one fault. */
export interface Saboteur {
  readonly subject: StoreSubject;
  /** The case that catches it. */
  readonly caughtBy: string;
}

/** A store in memory, healthy. */
export function healthy(shardCount = 64): StoreSubject {
  return subjectOf(() => sameStore(memoryStore({ shardCount })));
}

/** A subject; `journal` makes one, and gives what opens stores on it. */
export function subjectOf(journal: () => () => Store | Promise<Store>): StoreSubject {
  return {
    name: "memory",
    journal() {
      const open = journal();
      return { open: async () => open(), [Symbol.asyncDispose]: async () => undefined };
    },
  };
}

/** A journal on which always the same store is opened. */
export function sameStore(store: Store): () => Store {
  return () => store;
}

/** A store whose events are not what they should be. */
export function withEvents(change: (events: EventStore) => Partial<EventStore>): StoreSubject {
  return subjectOf(() => {
    const { events, ...rest } = memoryStore();
    return sameStore({ ...rest, events: { ...events, ...change(events) } });
  });
}

/** A store that gives other events than it got. */
export function withEvent(change: (event: StoredEvent) => StoredEvent): StoreSubject {
  return withEvents((events) => mapped(events, change));
}

/** Changes the ids by which events are kept, not those that they have. */
export function withId(change: (id: string) => string): StoreSubject {
  return withEvents((events) => ({
    append: (batch) => events.append(batch.map((append) => ({ ...append, entityId: change(append.entityId) }))),
    load: async (type, id, range) =>
      (await events.load(type, change(id), range)).map((event) => ({ ...event, entityId: id })),
  }));
}

/** A store whose snapshots are not what they should be. */
export function withSnapshots(change: (snapshots: SnapshotStore) => Partial<SnapshotStore>): StoreSubject {
  return subjectOf(() => {
    const { snapshots, ...rest } = memoryStore();
    if (!snapshots) throw new Error("memory has snapshots");
    return sameStore({ ...rest, snapshots: { ...snapshots, ...change(snapshots) } });
  });
}

/** A store whose states are not what they should be. */
export function withStates(change: (states: StateStore) => Partial<StateStore>): StoreSubject {
  return subjectOf(() => {
    const { states, ...rest } = memoryStore();
    if (!states) throw new Error("memory has states");
    return sameStore({ ...rest, states: { ...states, ...change(states) } });
  });
}

/** A store whose projections are not what they should be. */
export function withProjections(change: (projections: ProjectionStore) => Partial<ProjectionStore>): StoreSubject {
  return subjectOf(() => {
    const { projections, ...rest } = memoryStore();
    if (!projections) throw new Error("memory has projections");
    return sameStore({ ...rest, projections: { ...projections, ...change(projections) } });
  });
}

/** Events that are given other than they are. */
export function mapped(events: EventStore, change: (event: StoredEvent) => StoredEvent): Partial<EventStore> {
  return {
    load: async (type, id, range) => (await events.load(type, id, range)).map(change),
    read: async (shard, after, limit) => (await events.read(shard, after, limit)).map(change),
    readShards: async (after, limit) => ((await events.readShards?.(after, limit)) ?? []).map(change),
  };
}
