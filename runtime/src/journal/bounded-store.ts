import type { Timing } from "../clock/clock.ts";
import type { EventStore } from "./event-store.ts";
import type { LaneWatch } from "./lane.ts";
import type { StateStore } from "./state-store.ts";
import { overdue, storeFailure } from "./store-failure.ts";

/** Waits for a call of a store, but not for ever. */
export type Bounded = <T>(call: Promise<T>) => Promise<T>;

/**
 * Makes what waits for calls of a store.
 *
 * @returns rejects with EgoError `unavailable` if the call takes too long; what comes of it afterwards is dropped
 */
export function boundedBy({ after }: Timing, watch: LaneWatch): Bounded {
  const { timeoutMs } = watch;
  return <T>(call: Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      const callOff = after(timeoutMs, () => {
        const failure = overdue(timeoutMs);
        watch.failed(failure);
        reject(failure);
      });
      call.then(
        (result) => {
          callOff();
          watch.answered();
          resolve(result);
        },
        (cause: unknown) => {
          callOff();
          watch.failed(storeFailure(cause));
          reject(cause);
        },
      );
    });
}

/** A journal whose reads take no longer than a time. Its appends and heads are for lanes to watch. */
export function boundedEvents(events: EventStore, bounded: Bounded): EventStore {
  const remove = events.removePayloads?.bind(events);
  const loadPayloads = events.loadPayloads?.bind(events);
  const readShards = events.readShards?.bind(events);
  const lastPositions = events.lastPositions?.bind(events);
  return {
    shardCount: events.shardCount,
    append: (batch) => events.append(batch),
    ...(events.heads ? { heads: events.heads.bind(events) } : {}),
    load: (entityType, entityId, range) => bounded(events.load(entityType, entityId, range)),
    ...(loadPayloads && {
      loadPayloads: (entityType, entityId, range) => bounded(loadPayloads(entityType, entityId, range)),
    }),
    ...(remove && {
      removePayloads: (entityType, entityId, range) => bounded(remove(entityType, entityId, range)),
    }),
    ...(readShards && { readShards: (after, limit) => bounded(readShards(after, limit)) }),
    ...(lastPositions && { lastPositions: () => bounded(lastPositions()) }),
    read: (shard, afterPosition, limit) => bounded(events.read(shard, afterPosition, limit)),
  };
}

/** Durable states whose reads take no longer than a time. */
export function boundedStates(states: StateStore, bounded: Bounded): StateStore {
  return {
    load: (entityType, entityId) => bounded(states.load(entityType, entityId)),
    save: (batch) => states.save(batch),
    ...(states.heads ? { heads: states.heads.bind(states) } : {}),
    receipts: (entityType, entityId, limit) => bounded(states.receipts(entityType, entityId, limit)),
  };
}
