// For users: what an application needs.
export type { Clock } from "./clock/clock.ts";
export type { Outcome, Rejected, Reply, SendOptions, Sent } from "./codegen/client.ts";
export type { Entity, Implementation } from "./codegen/entity.ts";
export type { CommandMetadata, Metadata } from "./codegen/metadata.ts";
export type { FailedWrite, ProjectedRows, RowBatch } from "./codegen/projected-rows.ts";
export type { ProjectionTuning } from "./codegen/projection-tuning.ts";
export type {
  ProjectionContext,
  ProjectionImplementation,
  ReadModel,
  RowContext,
  RowOf,
} from "./codegen/read-model.ts";
export type { Duration, Retention, Tuning } from "./codegen/tuning.ts";
export { Engine, type EntityRef, type EntityState } from "./engine/engine.ts";
export type { Health } from "./engine/health.ts";
export {
  type AnyEntity,
  type AnyImplementation,
  defaultLimits,
  type EngineOptions,
  type Limits,
} from "./engine/options.ts";
export { type PinoLike, pinoLogger } from "./engine/pino-logger.ts";
export type { StoreHealth } from "./engine/store-watch.ts";
export type { IdGenerator, Logger } from "./entity/host.ts";
export type { FailedEntity } from "./entity/supervisor.ts";
export { EgoError, type EgoErrorCode, type EgoErrorDetails } from "./error/ego-error.ts";
export { NotImplemented } from "./error/not-implemented.ts";
export { RejectedError } from "./error/rejected-error.ts";
export { type Cause, causedBy, type RecordedName, recordedId } from "./journal/caused-by.ts";
// For authors of stores.
export type {
  Append,
  AppendResult,
  AppliedEvent,
  EntityName,
  EventStore,
  NewEvent,
  RemovalRange,
  RevisionRange,
  ShardPosition,
  StoredEvent,
} from "./journal/event-store.ts";
export { fnv1a64, shardOf } from "./journal/hash.ts";
export type { JournalReader, JournalReaders } from "./journal/journal-readers.ts";
export type { LaneHealth } from "./journal/lane.ts";
export type {
  MigrationState,
  ProjectMigrationState,
  ProjectMigrations,
  SchemaChange,
  SchemaStatus,
  StoreMigrations,
  TableState,
} from "./journal/migrations.ts";
export type {
  DeadLetter,
  OffsetMove,
  PartLease,
  ProjectionChange,
  ProjectionRecord,
  ProjectionRole,
  ProjectionStore,
  ProjectionTransaction,
  ProjectionVersion,
  ProjectionView,
  StoredOffset,
} from "./journal/projection-store.ts";
export type { Snapshot, SnapshotChoice, SnapshotRange, SnapshotStore } from "./journal/snapshot-store.ts";
export type {
  Receipt,
  StateChange,
  StateChangeResult,
  StateStore,
  StoredState,
  StoredVersion,
  VersionKind,
} from "./journal/state-store.ts";
export type { Store } from "./journal/store.ts";
export type { StoreHost } from "./journal/store-host.ts";
export type { StoreSignals } from "./journal/store-signals.ts";
export type { ProjectionLag } from "./projection/lag.ts";
export {
  type AnyProjection,
  type CustomProjection,
  type EventContext,
  type HandleBatch,
  type HandleEvent,
  type ProjectionParts,
  projection,
} from "./projection/projection.ts";
export type { ProjectionHealth } from "./projection/projection-health.ts";
export type { ProjectionRef, ProjectionStatus } from "./projection/projection-ref.ts";
export type { RebuildOptions } from "./projection/projection-versions.ts";
export type { RetriedLetters } from "./projection/retry-dead-letters.ts";
export { memoryStore } from "./stores/memory/memory-store.ts";
export type {
  CatchUpOptions,
  CatchUpSubscription,
  Recorded,
  RecordedEvent,
  RecordedEventsOf,
  RecordedOf,
  RecordedState,
  SubscribeOptions,
  Subscription,
} from "./stream/stream.ts";
export type {
  Activity,
  CommandAnswer,
  CommandFacts,
  CommandTelemetry,
  Decision,
  ProjectionFacts,
  ProjectionReading,
  StoredFacts,
  Telemetry,
  TraceContext,
} from "./telemetry/telemetry.ts";
