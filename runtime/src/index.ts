// For users: what an application needs.
export type { Clock } from "./clock/clock.ts";
export type { Outcome, Rejected, Reply, SendOptions, Sent } from "./codegen/client.ts";
export type { Entity, Implementation } from "./codegen/entity.ts";
export type { Duration, Tuning } from "./codegen/tuning.ts";
export { Engine, type EntityRef, type EntityState } from "./engine/engine.ts";
export type { Health } from "./engine/health.ts";
export {
  type AnyEntity,
  type AnyImplementation,
  defaultLimits,
  type EngineOptions,
  type Limits,
} from "./engine/options.ts";
export type { StoreHealth } from "./engine/store-watch.ts";
export type { IdGenerator, Logger } from "./entity/host.ts";
export type { FailedEntity } from "./entity/supervisor.ts";
export { EgoError, type EgoErrorCode, type EgoErrorDetails } from "./error/ego-error.ts";
export { RejectedError } from "./error/rejected-error.ts";
// For authors of stores.
export type {
  Append,
  AppendResult,
  EntityName,
  EventStore,
  NewEvent,
  RevisionRange,
  StoredEvent,
} from "./journal/event-store.ts";
export { fnv1a64, shardOf } from "./journal/hash.ts";
export type { LaneHealth } from "./journal/lane.ts";
export type { Receipt, StateChange, StateChangeResult, StateStore, StoredState } from "./journal/state-store.ts";
export type { Store } from "./journal/store.ts";
export type { StoreHost } from "./journal/store-host.ts";
export { memoryStore } from "./stores/memory/memory-store.ts";
export type {
  Recorded,
  RecordedEvent,
  RecordedOf,
  RecordedState,
  SubscribeOptions,
  Subscription,
} from "./stream/stream.ts";
