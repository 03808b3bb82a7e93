// For users: what an application needs.
export type { Clock } from "./clock/clock.ts";
export type { Outcome, Rejected, Reply, SendOptions, Sent } from "./codegen/client.ts";
export type { Entity, Implementation, Retention, Tuning } from "./codegen/entity.ts";
export { Engine, type EntityRef, type EntityState } from "./engine/engine.ts";
export {
  type AnyEntity,
  type AnyImplementation,
  defaultLimits,
  type EngineOptions,
  type Limits,
} from "./engine/options.ts";
export type { IdGenerator, Logger } from "./entity/host.ts";
export { EgoError, type EgoErrorCode, type EgoErrorDetails } from "./error/ego-error.ts";
export { RejectedError } from "./error/rejected-error.ts";
// For authors of stores.
export type {
  Append,
  AppendResult,
  AppliedEvent,
  EventStore,
  NewEvent,
  RemovalRange,
  RevisionRange,
  StoredEvent,
} from "./journal/event-store.ts";
export { fnv1a64, shardOf } from "./journal/hash.ts";
export type { JournalReader, JournalReaders } from "./journal/journal-readers.ts";
export type { Snapshot, SnapshotChoice, SnapshotRange, SnapshotStore } from "./journal/snapshot-store.ts";
export type { Receipt, StateChange, StateChangeResult, StateStore, StoredState } from "./journal/state-store.ts";
export type { Store } from "./journal/store.ts";
export { memoryStore } from "./stores/memory/memory-store.ts";
export type {
  Recorded,
  RecordedEvent,
  RecordedOf,
  RecordedState,
  SubscribeOptions,
  Subscription,
} from "./stream/stream.ts";
