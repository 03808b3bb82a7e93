import type { Timing } from "../clock/clock.ts";
import type { EventStore } from "./event-store.ts";
import type { LaneWatch } from "./lane.ts";
import type { ProjectionStore } from "./projection-store.ts";
import type { SnapshotStore } from "./snapshot-store.ts";
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

/** Whether a call may take no longer than a time, or is watched by whoever makes it: a lane. */
type How = "bounded" | "watched";

/** The names of the calls of a part of a store. */
type CallOf<Part> = {
  [Name in keyof Part]-?: NonNullable<Part[Name]> extends (...args: never[]) => Promise<unknown> ? Name : never;
}[keyof Part];

/** How each call of a part is made: the compiler tells which one is forgotten. */
type Calls<Part> = Readonly<Record<CallOf<Part>, How>>;

const eventCalls: Calls<EventStore> = {
  append: "watched",
  heads: "watched",
  load: "bounded",
  loadPayloads: "bounded",
  read: "bounded",
  readShards: "bounded",
  lastPositions: "bounded",
  missingLocks: "bounded",
  removePayloads: "bounded",
};

const snapshotCalls: Calls<SnapshotStore> = { save: "bounded", load: "bounded", delete: "bounded" };

const stateCalls: Calls<StateStore> = {
  load: "bounded",
  save: "watched",
  heads: "watched",
  receipts: "bounded",
  readShards: "bounded",
  lastPositions: "bounded",
  missingLocks: "bounded",
};

const projectionCalls: Calls<ProjectionStore> = {
  add: "bounded",
  list: "bounded",
  offsets: "bounded",
  change: "bounded",
  remove: "bounded",
  reset: "bounded",
  promote: "bounded",
  // Whoever runs a handler in them watches the time.
  append: "watched",
  advance: "watched",
  unbury: "watched",
  deadLetters: "bounded",
  storedOffsets: "bounded",
  view: "bounded",
  countDeadLetters: "bounded",
  heartbeat: "bounded",
  take: "bounded",
  release: "bounded",
};

/** A journal whose reads take no longer than a time. */
export function boundedEvents(events: EventStore, bounded: Bounded): EventStore {
  return { shardCount: events.shardCount, ...boundedCalls(events, eventCalls, bounded) };
}

/** Snapshots whose calls take no longer than a time. */
export function boundedSnapshots(snapshots: SnapshotStore, bounded: Bounded): SnapshotStore {
  return boundedCalls(snapshots, snapshotCalls, bounded);
}

/** Durable states whose reads take no longer than a time. */
export function boundedStates(states: StateStore, bounded: Bounded): StateStore {
  return boundedCalls(states, stateCalls, bounded);
}

/** Projections whose calls take no longer than a time, but for the transactions of handlers. */
export function boundedProjections(projections: ProjectionStore, bounded: Bounded): ProjectionStore {
  const { exactlyOnce, parallel } = projections;
  return { exactlyOnce, parallel, ...boundedCalls(projections, projectionCalls, bounded) };
}

/** The calls that a part has; those that it may do without stay absent. */
function boundedCalls<Part extends object>(part: Part, calls: Calls<Part>, bounded: Bounded): Pick<Part, CallOf<Part>> {
  const made: Partial<Record<CallOf<Part>, unknown>> = {};
  for (const [name, how] of Object.entries(calls) as [CallOf<Part>, How][]) {
    const call = part[name] as ((...args: unknown[]) => Promise<unknown>) | undefined;
    if (!call) continue;
    made[name] = how === "watched" ? call.bind(part) : (...args: unknown[]) => bounded(call.apply(part, args));
  }
  return made as Pick<Part, CallOf<Part>>;
}
