import type { CommandMetadata } from "../codegen/metadata.ts";
import type { EgoError } from "../error/ego-error.ts";

/**
 * What an engine tells of what it does, for traces and metrics. An engine without it calls nothing, and makes nothing for
 * it. `otel()` of `@ego/runtime/otel` hands it to OpenTelemetry.
 *
 * What it throws changes nothing for commands: the engine logs the first time, and goes on.
 */
export interface Telemetry {
  /**
   * The engine has started.
   *
   * @param activeEntities how many entities of each kind are in memory, by name, whenever it is called
   * @param projections what the engine runs of projections, whenever it is called; asks no store
   * @returns called when the engine has stopped
   */
  started(
    activeEntities: () => ReadonlyMap<string, number>,
    projections: () => readonly ProjectionReading[],
  ): () => void;
  /** A command is sent. Called in the context of whoever sends it. */
  commandSent(command: CommandFacts): CommandTelemetry;
  /**
   * An entity is read from the store, to be in memory. Its result is the revision.
   *
   * @param cause the command that waits for it, if it is one
   */
  reading(entity: string, entityId: string, cause: CommandTelemetry | undefined): Activity<number>;
  /** What several commands made is stored in one transaction. Its result says of each whether it was, or was refused. */
  storing(batch: readonly StoredFacts[]): Activity<readonly boolean[]>;
  /** Events are projected in one transaction. Its result is how many: those that the projection consumes. */
  projecting(projection: ProjectionFacts): Activity<number>;
}

/** Which projection. */
export interface ProjectionFacts {
  readonly projection: string;
  readonly version: number;
}

/** How far a projection is, of what this engine runs. */
export interface ProjectionReading extends ProjectionFacts {
  /** Events of which is known that they are there, and that are not done. */
  readonly eventsBehind: number;
  /** How long ago the oldest of those was stored that were read; 0 if it is not behind. Milliseconds. */
  readonly lagMs: number;
  /** Events that are done, of all shards: the sum of the offsets. */
  readonly latestOffset: number;
}

/** One command, as it is sent. Nothing of it is checked yet. */
export interface CommandFacts {
  /** The name of the entity, as `account`. */
  readonly entity: string;
  readonly entityId: string;
  /** The full name of the command's message. */
  readonly commandType: string;
  readonly commandId: string;
  /** What the caller gave. */
  readonly metadata: CommandMetadata | undefined;
}

/** Follows one command from its caller to its answer. */
export interface CommandTelemetry {
  /** The trace that goes on with the command and its events, if its caller gave none. */
  readonly trace: TraceContext | undefined;
  /** It is decided: on this revision, and again if another writer was first. */
  deciding(revision: number): Activity<Decision>;
  /** It is answered. Called once, last. */
  answered(answer: CommandAnswer | EgoError): void;
}

/** W3C trace context. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string | undefined;
}

/** What came of deciding a command: how many events it made, or which rejection. */
export type Decision =
  | { readonly outcome: "accepted"; readonly events: number }
  | { readonly outcome: "rejected"; readonly rejection: string };

/** What the caller of a command is told. */
export type CommandAnswer =
  | { readonly outcome: "accepted"; readonly revision: number; readonly repeated: boolean }
  | { readonly outcome: "rejected"; readonly rejection: string };

/** What one command has in a transaction. */
export interface StoredFacts {
  /** The name of the entity. */
  readonly entity: string;
  /** How many events; 0 for a version of a durable state. */
  readonly events: number;
  readonly command: CommandTelemetry | undefined;
}

/** Something that takes time, from when it was asked for to its end. */
export interface Activity<Result> {
  /** Does the work, so that what the work traces itself is a part of this. Called once; returns what the work returns. */
  run<T>(work: () => T): T;
  /** It has ended. Called at most once: not at all if the command was given up before. */
  ended(result: Result | EgoError): void;
}
